namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// The body of an answer, as the SDK writes it: it flushes each message. After the result there is no need to, since the end of the exchange
/// follows and both go out in one piece:
/// <code>
/// event: message
/// data: {"result":{...},"id":1,"jsonrpc":"2.0"}
/// </code>
/// </summary>
internal sealed class AnswerStream(Stream body) : Stream
{
    private bool _isLast;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _isLast ? Task.CompletedTask : body.FlushAsync(cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _isLast = buffer.Span.StartsWith("event: message\ndata: {\"result\":"u8);
        return body.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
