using System.Buffers.Binary;

namespace MjAspire.ImageStore.Sniffing;

/// <summary>Steps through a file's fields. Reading or skipping past the end throws <see cref="EndOfStreamException"/>.</summary>
internal sealed class ImageReader(Stream bytes)
{
    private readonly byte[] _field = new byte[16];

    public bool AtEnd => bytes.Position == bytes.Length;

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16Big() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(2));

    public ushort UInt16Little() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public uint UInt32Big() => BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

    public uint UInt32Little() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    /// <summary>Up to 16 bytes, good until the next read.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        bytes.ReadExactly(_field, 0, count);
        return _field.AsSpan(0, count);
    }

    public void Skip(long count)
    {
        if (count > bytes.Length - bytes.Position)
            throw new EndOfStreamException();
        bytes.Position += count;
    }

    /// <summary>Skips to behind the next byte of this value.</summary>
    public void SkipPast(byte value)
    {
        while (bytes.ReadByte() is var read && read != value)
        {
            if (read < 0)
                throw new EndOfStreamException();
        }
    }
}
