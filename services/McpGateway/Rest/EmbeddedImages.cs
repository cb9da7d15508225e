using System.Text.Json.Nodes;
using MjAspire.McpGateway.Upstream;

namespace MjAspire.McpGateway.Rest;

/// <summary>Pictures inside JSON, for clients that can read nothing else. They are held in memory: few at a time, and none too large.</summary>
internal sealed class EmbeddedImages(HttpClient http, Calls calls)
{
    /// <summary>Bytes.</summary>
    public const int Largest = 8 << 20;

    private static readonly SemaphoreSlim Room = new(8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>Null for one that is too large.</returns>
    /// <exception cref="RefusedException">Unknown, another owner's, or the service is away.</exception>
    public async Task<JsonObject?> ReadAsync(Guid owner, Guid id, string variant, CancellationToken cancellationToken)
    {
        if (!await Room.WaitAsync(Patience, cancellationToken))
            throw new RefusedException("E_UNAVAILABLE", "Too many pictures are being put into JSON just now. Try again in a few seconds.");
        try
        {
            using var asking = Calls.Message(HttpMethod.Get, $"/images/{id}", owner);
            var picture = await calls.SendAsync<JsonObject>(http, asking, cancellationToken);

            using var fetching = Calls.Message(HttpMethod.Get, $"/images/{id}/content{variant}", owner);
            var content = await calls.SendAsync(http, fetching, response => ContentAsync(response, cancellationToken), cancellationToken);
            if (content is null)
                return null;
            picture["content"] = content;
            return picture;
        }
        finally
        {
            Room.Release();
        }
    }

    private static async Task<JsonObject?> ContentAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > Largest)
            return null;

        using var bytes = new MemoryStream();
        var piece = new byte[64 << 10];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        for (int count; (count = await body.ReadAsync(piece, cancellationToken)) > 0;)
        {
            if (bytes.Length + count > Largest)
                return null;
            await bytes.WriteAsync(piece.AsMemory(0, count), cancellationToken);
        }
        return new()
        {
            ["encoding"] = "base64",
            ["media_type"] = response.Content.Headers.ContentType?.MediaType,
            ["bytes"] = bytes.Length,
            ["data"] = Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length),
        };
    }
}
