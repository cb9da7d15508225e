using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;

namespace MjAspire.ImageStore.Tests;

/// <summary>Real pictures: PNG written here pixel by pixel, the other formats made from it by libvips.</summary>
internal static class Pictures
{
    /// <summary>Noise, so that no two rows, columns or seeds are alike.</summary>
    public static byte[] Png(int width, int height, int seed = 1)
    {
        var rows = new byte[height * (1 + (width * 3))];
        new Random(seed).NextBytes(rows);
        for (var y = 0; y < height; y++)
            rows[y * (1 + (width * 3))] = 0; // no filter
        return PngOf(width, height, rows);
    }

    /// <summary>A PNG whose header says what it likes, over these rows.</summary>
    public static byte[] PngOf(int width, int height, byte[] rows)
    {
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(rows);

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // 8 bits of red, green and blue
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, pixels.ToArray()), .. Chunk("IEND"u8, [])];
    }

    /// <summary>The PNG in another format, by its ending and libvips' options: <c>.jpg</c>, <c>.webp[lossless]</c>, <c>.gif</c>.</summary>
    public static Task<byte[]> ConvertAsync(byte[] picture, string ending) => VipsAsync(picture, "copy", "stdin", ending);

    /// <summary>Red, green, blue of each pixel, row by row, and the width of a row.</summary>
    public static async Task<(byte[] Pixels, int Width)> DecodeAsync(byte[] picture)
    {
        // P6\n# comment\n{width} {height}\n255\n{pixels}
        var ppm = await VipsAsync(picture, "copy", "stdin", ".ppm");
        var at = 0;
        var fields = new List<string>();
        while (fields.Count < 4)
        {
            var end = at + ppm.AsSpan(at).IndexOf((byte)'\n');
            var line = System.Text.Encoding.ASCII.GetString(ppm, at, end - at);
            if (!line.StartsWith('#'))
                fields.AddRange(line.Split(' '));
            at = end + 1;
        }
        return (ppm[at..], int.Parse(fields[1]));
    }

    /// <summary>A rectangle of decoded pixels.</summary>
    public static byte[] Rectangle((byte[] Pixels, int Width) picture, int x, int y, int width, int height)
    {
        var rectangle = new byte[width * height * 3];
        for (var row = 0; row < height; row++)
            picture.Pixels.AsSpan((((y + row) * picture.Width) + x) * 3, width * 3).CopyTo(rectangle.AsSpan(row * width * 3));
        return rectangle;
    }

    private static async Task<byte[]> VipsAsync(byte[] input, params string[] arguments)
    {
        using var vips = Process.Start(new ProcessStartInfo("vips", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var feeding = Task.Run(async () =>
        {
            await vips.StandardInput.BaseStream.WriteAsync(input);
            vips.StandardInput.Close();
        });
        using var output = new MemoryStream();
        await vips.StandardOutput.BaseStream.CopyToAsync(output);
        await feeding;
        await vips.WaitForExitAsync();
        Assert.Equal(0, vips.ExitCode);
        return output.ToArray();
    }

    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }
}
