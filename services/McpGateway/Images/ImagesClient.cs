using MjAspire.McpGateway.Upstream;

namespace MjAspire.McpGateway.Images;

/// <summary>A picture's metadata, <c>GET /images/{id}</c>, as far as the gateway reads it.</summary>
/// <param name="Index">1 to 4, row by row, for a part of a grid.</param>
/// <param name="DownloadUrl">A signed link; absent where the store does not know its public address.</param>
internal sealed record StoredImage(
    Guid ImageId, Guid JobId, Guid? ParentImageId, int? Index, string Operation, string? Prompt, string? Model, string MediaType, int Width, int Height,
    Uri? DownloadUrl);

internal sealed record Picture(byte[] Bytes, string MediaType);

/// <summary>ImageStore's HTTP interface, on behalf of an owner.</summary>
internal sealed class ImagesClient(HttpClient http, Calls calls)
{
    /// <exception cref="RefusedException"><c>E_IMAGE_NOT_FOUND</c>: unknown, or another owner's.</exception>
    public async Task<StoredImage> GetAsync(Guid owner, Guid imageId, CancellationToken cancellationToken)
    {
        using var request = Calls.Message(HttpMethod.Get, $"/images/{imageId}", owner);
        return await calls.SendAsync<StoredImage>(http, request, cancellationToken);
    }

    /// <summary>A smaller copy; null when there is none below <paramref name="limit"/> bytes.</summary>
    public async Task<Picture?> GetSmallAsync(Guid owner, Guid imageId, int width, int limit, CancellationToken cancellationToken)
    {
        using var request = Calls.Message(HttpMethod.Get, $"/images/{imageId}/content?w={width}&format=jpeg", owner);
        return await calls.SendAsync(http, request, response => ReadAsync(response, limit, cancellationToken), cancellationToken);
    }

    private static async Task<Picture?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        if (response.Content.Headers is not { ContentType.MediaType: { } type, ContentLength: var length } || length > limit
            || !type.StartsWith("image/", StringComparison.Ordinal))
            return null;

        var bytes = new byte[limit + 1];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var count = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return count <= limit ? new(bytes[..count], type) : null;
    }
}
