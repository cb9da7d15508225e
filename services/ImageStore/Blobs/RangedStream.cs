namespace MjAspire.ImageStore.Blobs;

/// <summary>
/// A seekable stream over an object somewhere else: read on from where it stands, asked for anew where it is moved to. Nothing is buffered.
/// </summary>
internal sealed class RangedStream(long length, Stream? first, Func<long, CancellationToken, Task<Stream>> openAt) : Stream
{
    private Stream? _open = first;
    private long _openAt;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= length || buffer.IsEmpty)
            return 0;
        if (_open is null || _openAt != Position)
        {
            await CloseAsync();
            _open = await openAt(Position, cancellationToken);
            _openAt = Position;
        }
        var read = await _open.ReadAsync(buffer, cancellationToken);
        if (read == 0)
            throw new EndOfStreamException("The object ended before its length.");
        Position = _openAt += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously: the bytes come over the network.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _open?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask CloseAsync()
    {
        if (_open is { } open)
            await open.DisposeAsync();
        _open = null;
    }
}
