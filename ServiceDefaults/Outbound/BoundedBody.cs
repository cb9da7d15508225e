using System.Buffers;

namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>
/// Reads response bodies of strangers under a cap. For requests sent with <see cref="HttpCompletionOption.ResponseHeadersRead"/>:
/// otherwise HttpClient has buffered the body already.
/// </summary>
public static class BoundedBody
{
    /// <summary>The first <paramref name="limit"/> bytes; the rest is never read, the connection is closed instead.</summary>
    public static async Task<BoundedBytes> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(limit + 1);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, limit + 1), limit + 1, throwOnEndOfStream: false, cancellationToken);
            return new(buffer.AsSpan(0, Math.Min(read, limit)).ToArray(), read > limit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Copies the whole body and returns its length in bytes.</summary>
    /// <exception cref="BodyTooLargeException">It is longer than <paramref name="limit"/>, by its own word or by count.</exception>
    public static async Task<long> CopyAsync(HttpContent content, Stream destination, long limit, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit)
            throw new BodyTooLargeException(limit);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            long total = 0;
            while (await stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                total += read;
                if (total > limit)
                    throw new BodyTooLargeException(limit);
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>The beginning of a body, and whether there was more.</summary>
public readonly record struct BoundedBytes(byte[] Bytes, bool IsTruncated);

/// <summary>A body is longer than its reader takes.</summary>
public sealed class BodyTooLargeException(long limit) : IOException($"The response's body is longer than {limit} bytes.")
{
    public long Limit { get; } = limit;
}
