using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MjAspire.Sandbox.Tests;

/// <summary>A strict reader of its own, so that the writer is not judged by itself: signature, order, lengths, checksums, filters.</summary>
internal sealed record Png(int Width, int Height, byte[] Rgb, string Description)
{
    public static Png Read(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var chunks = Chunks(file).ToList();
        Assert.Equal(["IHDR", "iTXt", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));

        var header = chunks[0].Data;
        Assert.Equal([8, 2, 0, 0, 0], header[8..]);
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        using var zlib = new ZLibStream(new MemoryStream(chunks[2].Data), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        Assert.Equal((width * 3 + 1) * height, rows.Length);
        return new(width, height, Unfilter(rows.ToArray(), width * 3, height), Encoding.UTF8.GetString(chunks[1].Data).Split("\0\0\0\0\0")[1]);
    }

    public (byte R, byte G, byte B) At(int x, int y) => (Rgb[(y * Width + x) * 3], Rgb[(y * Width + x) * 3 + 1], Rgb[(y * Width + x) * 3 + 2]);

    /// <summary>Mean difference of two regions, 0..255; regions are cut into 8x8 cells, so that sizes may differ.</summary>
    public double Difference((int X, int Y, int W, int H) here, Png other, (int X, int Y, int W, int H) there)
    {
        double sum = 0;
        for (var cell = 0; cell < 64; cell++)
        {
            var (a, b) = (Mean(here, cell % 8, cell / 8), other.Mean(there, cell % 8, cell / 8));
            sum += (Math.Abs(a.R - b.R) + Math.Abs(a.G - b.G) + Math.Abs(a.B - b.B)) / 3;
        }
        return sum / 64;
    }

    public (int X, int Y, int W, int H) Part(int number) =>
        ((number - 1) % 2 * Width / 2, (number - 1) / 2 * Height / 2, Width / 2, Height / 2);

    public (int X, int Y, int W, int H) Whole => (0, 0, Width, Height);

    private (double R, double G, double B) Mean((int X, int Y, int W, int H) region, int column, int row)
    {
        double r = 0, g = 0, b = 0, count = 0;
        for (var y = region.Y + region.H * row / 8; y < region.Y + region.H * (row + 1) / 8; y++)
        {
            for (var x = region.X + region.W * column / 8; x < region.X + region.W * (column + 1) / 8; x++, count++)
            {
                var pixel = At(x, y);
                (r, g, b) = (r + pixel.R, g + pixel.G, b + pixel.B);
            }
        }
        return (r / count, g / count, b / count);
    }

    private static IEnumerable<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            Assert.Equal(Crc(file.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            yield return (Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]);
            at += length + 12;
        }
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }

    private static byte[] Unfilter(byte[] rows, int stride, int height)
    {
        var rgb = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            var filter = rows[y * (stride + 1)];
            for (var i = 0; i < stride; i++)
            {
                var left = i >= 3 ? rgb[y * stride + i - 3] : 0;
                var above = y > 0 ? rgb[(y - 1) * stride + i] : 0;
                rgb[y * stride + i] = (byte)(rows[y * (stride + 1) + 1 + i] + filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => above,
                    _ => throw new InvalidDataException($"filter {filter}"),
                });
            }
        }
        return rgb;
    }
}
