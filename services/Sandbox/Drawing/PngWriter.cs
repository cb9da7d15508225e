using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MjAspire.Sandbox.Drawing;

/// <summary>
/// The smallest PNG that every reader takes: 8-bit RGB, no interlace, one IDAT.
/// <code>
/// 89 50 4E 47 0D 0A 1A 0A                       signature
/// length:u32be type:4 data:length crc:u32be     IHDR, IDAT, IEND; the CRC covers type and data
/// IHDR = width:u32be height:u32be depth=8 colour=2 compression=0 filter=0 interlace=0
/// IDAT = zlib(rows), a row = filter byte, then width * 3 bytes
/// </code>
/// Source: https://www.w3.org/TR/png-3/
/// </summary>
internal static class PngWriter
{
    private const byte FilterUp = 2;
    private static readonly uint[] CrcTable = MakeCrcTable();

    public static byte[] Write(ReadOnlySpan<byte> rgb, int width, int height, string description)
    {
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, 2);
        Chunk(png, "IHDR"u8, header);

        // iTXt = keyword 0 compressed=0 method=0 language 0 translated keyword 0 text in UTF-8
        Chunk(png, "iTXt"u8, Encoding.UTF8.GetBytes($"Description\0\0\0\0\0{description}"));

        using var packed = Deflate(rgb, width * 3, height);
        png.Capacity = (int)(png.Length + packed.Length + 64);
        Chunk(png, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static MemoryStream Deflate(ReadOnlySpan<byte> rgb, int stride, int height)
    {
        var packed = new MemoryStream(rgb.Length / 2);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            // Pictures are mostly vertical gradients: the difference to the row above is small.
            var row = new byte[stride + 1];
            row[0] = FilterUp;
            for (var y = 0; y < height; y++)
            {
                var line = rgb.Slice(y * stride, stride);
                if (y == 0)
                    line.CopyTo(row.AsSpan(1));
                else
                    Subtract(line, rgb.Slice((y - 1) * stride, stride), row.AsSpan(1));
                zlib.Write(row);
            }
        }
        return packed;
    }

    private static void Subtract(ReadOnlySpan<byte> line, ReadOnlySpan<byte> above, Span<byte> difference)
    {
        for (var i = 0; i < line.Length; i++)
            difference[i] = (byte)(line[i] - above[i]);
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
