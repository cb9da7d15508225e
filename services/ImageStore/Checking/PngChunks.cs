using System.Buffers.Binary;
using System.Text;

namespace MjAspire.ImageStore.Checking;

/// <summary>Goes through a PNG's chunks from the first on and checks each one's checksum. Throws <see cref="InvalidDataException"/> where one is wrong.</summary>
internal sealed class PngChunks
{
    public const int HeaderLength = 13;
    private const int SignatureLength = 8;
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Entry((uint)value))];

    private readonly Stream _file;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private uint _crc;
    private int _left;

    /// <summary>At the first chunk, the header.</summary>
    public PngChunks(Stream file)
    {
        _file = file;
        _file.Position = SignatureLength;
        Begin();
    }

    public string Name { get; private set; } = "";

    public int Length { get; private set; }

    /// <summary>The next chunk's name; what is left of this one is read for its checksum.</summary>
    public string Next()
    {
        Finish();
        Begin();
        return Name;
    }

    public byte[] Read(int count)
    {
        var data = new byte[count];
        for (var at = 0; at < count;)
            at += Take(data.AsSpan(at)) is var read and > 0 ? read : throw new EndOfStreamException();
        return data;
    }

    /// <summary>The data of this chunk and of those of the same name that follow at once; afterwards the chunk behind them is the present one.</summary>
    public Stream Pixels() => new Run(this);

    private int Take(Span<byte> into)
    {
        if (_left == 0)
            return 0;
        var read = _file.Read(into[..Math.Min(into.Length, _left)]);
        if (read == 0)
            throw new EndOfStreamException();
        _left -= read;
        Append(into[..read]);
        return read;
    }

    private void Begin()
    {
        Span<byte> fields = stackalloc byte[8];
        _file.ReadExactly(fields);
        (Length, _left, _crc) = (BinaryPrimitives.ReadInt32BigEndian(fields), BinaryPrimitives.ReadInt32BigEndian(fields), uint.MaxValue);
        Append(fields[4..]);
        Name = Encoding.ASCII.GetString(fields[4..]);
    }

    private void Finish()
    {
        while (Take(_buffer) > 0)
        {
        }
        Span<byte> crc = stackalloc byte[4];
        _file.ReadExactly(crc);
        if (BinaryPrimitives.ReadUInt32BigEndian(crc) != ~_crc)
            throw new InvalidDataException("A checksum does not fit.");
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = _crc;
        foreach (var value in bytes)
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        _crc = crc;
    }

    private static uint Entry(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        return value;
    }

    private sealed class Run(PngChunks chunks) : Stream
    {
        private readonly string _name = chunks.Name;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            while (chunks.Name == _name)
            {
                if (chunks.Take(buffer) is var read and > 0)
                    return read;
                chunks.Next();
            }
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
