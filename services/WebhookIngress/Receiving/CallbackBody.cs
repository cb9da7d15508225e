using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace MjAspire.WebhookIngress.Receiving;

internal static class CallbackBody
{
    /// <summary>
    /// The body as it came, read once; null when it is over the limit.
    /// Reads no more than the limit, whether the length was announced or left open (chunked).
    /// </summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        // What is left of a body that is too large is swallowed by the server, so that the caller gets to read the answer: this much, then it hangs up.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = 16L * limit;
        if (request.ContentLength > limit)
            return null;

        var buffer = ArrayPool<byte>.Shared.Rent(limit + 1);
        try
        {
            var length = 0;
            while (length <= limit)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(length, limit + 1 - length), cancellationToken);
                if (read == 0)
                    return buffer[..length];
                length += read;
            }
            return null;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
