using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MjAspire.ImageStore.Tests.Checking;

/// <summary>Files that are to be refused, each by a name that says why.</summary>
internal static class HostileCorpus
{
    public static async Task<IReadOnlyDictionary<string, byte[]>> MakeAsync()
    {
        var png = Pictures.Png(200, 150, seed: 72);
        var jpeg = await Pictures.ConvertAsync(png, ".jpg");
        var corpus = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["JPEG whose second half is missing but for its end"] = [.. jpeg[..(jpeg.Length / 2)], 0xFF, 0xD9],
            ["JPEG with a ZIP in its comment"] = Comment(jpeg, Zip()),
            ["JPEG with a PDF in its comment"] = Comment(jpeg, Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n")),
            ["JPEG of a thousand scans"] = ManyScans(jpeg),
            ["PNG of 100,000 by 100,000"] = Pictures.PngOf(100_000, 100_000, [0]),
            ["PNG of 2,147,483,647 squared"] = Pictures.PngOf(int.MaxValue, int.MaxValue, [0]),
            ["PNG of -1"] = Pictures.PngOf(-1, 10, [0]),
            ["PNG of nothing"] = Pictures.PngOf(0, 0, []),
            ["PNG bomb: 200 MB of pixels in 100 by 100"] = Pictures.PngOf(100, 100, new byte[200_000_000]),
            ["PNG bomb: a text of 200 MB"] = Insert(png, "zTXt", [.. "Comment\0\0"u8, .. Deflate(200)]),
            ["PNG bomb: a profile of 200 MB"] = Insert(png, "iCCP", [.. "icc\0\0"u8, .. Deflate(200)]),
            ["PNG bomb: an international text of 200 MB"] = Insert(png, "iTXt", [.. "Comment\0\x01\0en\0Comment\0"u8, .. Deflate(200)]),
            ["PNG with too few pixels"] = Pictures.PngOf(100, 100, new byte[(100 * 301) - 1]),
            ["PNG with too many pixels"] = Pictures.PngOf(100, 100, new byte[(100 * 301) + 1]),
            ["PNG with a filter there is not"] = Pictures.PngOf(2, 1, [9, 0, 0, 0, 0, 0, 0]),
            ["PNG with a wrong checksum"] = [.. png[..^20], (byte)~png[^20], .. png[^19..]],
            ["GIF of 65,535 squared"] = GifOf(65_535, 65_535, frames: 1),
            ["GIF of 8,000 squared and 1,000 frames"] = GifOf(8_000, 8_000, frames: 1_000),
            ["GIF with a frame beyond its canvas"] = GifOf(10, 10, frames: 1, frameWidth: 60_000),
            ["WebP of 16,384 squared"] = WebPOf(16_384, 16_384),
            ["WebP that is all header"] = WebPOf(1_000, 1_000),
            ["SVG"] = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"u8.ToArray(),
            ["SVG with an entity"] = "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg>&x;</svg>"u8.ToArray(),
            ["HTML"] = "<!doctype html><script>alert(1)</script>"u8.ToArray(),
            ["HTML behind a PNG's signature"] = [.. png[..8], .. "<html><script>alert(1)</script></html>"u8],
            ["HTML behind a GIF's signature"] = "GIF89a<script>alert(1)</script>"u8.ToArray(),
            ["HTML behind a BMP's signature"] = "BM<script>alert(1)</script>"u8.ToArray(),
            ["TIFF"] = [0x49, 0x49, 0x2A, 0x00, 0x08, 0, 0, 0, 0, 0],
            ["ELF"] = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0],
            ["ZIP"] = Zip(),
            ["nothing"] = [],
            ["zeros"] = new byte[1_000_000],
        };
        foreach (var (format, whole) in new[]
        {
            ("PNG", png), ("JPEG", jpeg), ("progressive JPEG", await Pictures.ConvertAsync(png, ".jpg[interlace]")),
            ("WebP", await Pictures.ConvertAsync(png, ".webp")), ("GIF", await Pictures.ConvertAsync(png, ".gif")),
        })
        {
            foreach (var tenths in new[] { 1, 5, 9, 10 })
                corpus[$"{format}, {tenths} tenths less a byte"] = whole[..((whole.Length * tenths / 10) - 1)];
            corpus[$"{format} and a shell script"] = [.. whole, .. "\n#!/bin/sh\nid\n"u8];
            corpus[$"{format} and a ZIP"] = [.. whole, .. Zip()];
            corpus[$"{format} twice"] = [.. whole, .. whole];
        }
        return corpus;
    }

    private static byte[] Deflate(int megabytesOfZeros)
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var i = 0; i < megabytesOfZeros; i++)
                zlib.Write(new byte[1_000_000]);
        }
        return result.ToArray();
    }

    private static byte[] Zip()
    {
        using var result = new MemoryStream();
        using (var zip = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("a.txt").Open())
            entry.Write("hello"u8);
        return result.ToArray();
    }

    /// <summary>A comment behind the first marker; a ZIP's own comment stretched over the rest of the picture.</summary>
    private static byte[] Comment(byte[] jpeg, byte[] text)
    {
        if (text.AsSpan().IndexOf("PK\x05\x06"u8) >= 0)
            BinaryPrimitives.WriteUInt16LittleEndian(text.AsSpan(text.Length - 2), (ushort)(jpeg.Length - 2));
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(text.Length + 2));
        return [.. jpeg[..2], 0xFF, 0xFE, .. length, .. text, .. jpeg[2..]];
    }

    /// <summary>The last scan's beginning over and over.</summary>
    private static byte[] ManyScans(byte[] jpeg)
    {
        var scan = jpeg.AsSpan().LastIndexOf(new byte[] { 0xFF, 0xDA });
        return [.. jpeg[..^2], .. Enumerable.Repeat(jpeg[scan..(scan + 14)], 1_000).SelectMany(bytes => bytes), 0xFF, 0xD9];
    }

    private static byte[] Insert(byte[] png, string type, byte[] data)
    {
        const int AfterHeader = 8 + 25;
        return [.. png[..AfterHeader], .. Pictures.Chunk(Encoding.ASCII.GetBytes(type), data), .. png[AfterHeader..]];
    }

    private static byte[] GifOf(int width, int height, int frames, int? frameWidth = null)
    {
        byte[] frame = [0x2C, 0, 0, 0, 0, .. Little(frameWidth ?? width), .. Little(height), 0, 2, 2, 0x4C, 0x01, 0];
        return
        [
            .. "GIF89a"u8, .. Little(width), .. Little(height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255,
            .. Enumerable.Repeat(frame, frames).SelectMany(bytes => bytes), 0x3B,
        ];
    }

    /// <summary>Lossless, and the header is all there is of it.</summary>
    private static byte[] WebPOf(int width, int height)
    {
        var bits = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bits, (uint)(width - 1) | ((uint)(height - 1) << 14));
        byte[] data = [0x2F, .. bits, 0, 0, 0, 0, 0, 0, 0];
        return [.. "RIFF"u8, (byte)(12 + data.Length), 0, 0, 0, .. "WEBPVP8L"u8, (byte)data.Length, 0, 0, 0, .. data];
    }

    private static byte[] Little(int value) => [(byte)value, (byte)(value >> 8)];
}
