using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MjAspire.Bench.Harness;

/// <summary>Pictures that are each another one.</summary>
internal static class Png
{
    private static readonly uint[] Crc = [.. Enumerable.Range(0, 256).Select(n =>
    {
        var value = (uint)n;
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    })];

    /// <summary>Signature, IHDR (8 bits, RGB), IDAT (a filter byte before each row), IEND.</summary>
    public static byte[] Noise(int size)
    {
        var rows = new byte[size * (1 + (3 * size))];
        Random.Shared.NextBytes(rows);
        for (var row = 0; row < size; row++)
            rows[row * (1 + (3 * size))] = 0;
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.NoCompression, leaveOpen: true))
            zlib.Write(rows);

        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, size);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), size);
        (head[8], head[9]) = (8, 2);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", head), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        var crc = uint.MaxValue;
        foreach (var value in chunk.AsSpan(4, 4 + data.Length))
            crc = Crc[(crc ^ value) & 0xFF] ^ (crc >> 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), ~crc);
        return chunk;
    }
}
