using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Serving;

/// <summary>
/// For anyone who holds a signed link that has not expired: <c>/i/{image id}?e={Unix seconds}&amp;s={signature}</c>, and, where links are
/// public, for anyone who knows the id: <c>/i/{image id}</c>. A link opens every variant of its picture.
/// </summary>
internal static class OpenLink
{
    /// <summary>A clock before every expiry: what verifies by it is ours, and at worst too late.</summary>
    private static readonly DateTimeOffset BeforeAnyExpiry = DateTimeOffset.MinValue;

    public static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ContentAsync(
        Guid imageId,
        string? e,
        string? s,
        string? w,
        string? format,
        ImagesTable images,
        ImageContent content,
        IOptions<ServingOptions> options,
        TimeProvider time,
        HttpContext context)
    {
        var (key, now) = (options.Value.LinkKey, time.GetUtcNow());
        if (options.Value.PublicLinks && s is null && e is null)
            return await ServeAsync(CacheFor.Anyone);
        if (s is null || !long.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || !SignedLink.Verify(key, imageId, expires, s, BeforeAnyExpiry))
            return Problems.Of(403, "E_LINK_INVALID", "This link was not made here, or was changed.");
        if (!SignedLink.Verify(key, imageId, expires, s, now))
            return Problems.Of(403, "E_LINK_EXPIRED", "This link has expired. Ask for the job again to get a new one.");

        // A cached copy ends with the link.
        return await ServeAsync(CacheFor.Holder(TimeSpan.FromSeconds(expires - now.ToUnixTimeSeconds())));

        async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ServeAsync(CacheFor cache) =>
            await images.FindAsync(imageId, context.RequestAborted) is { } image
                ? await content.ServeAsync(image, w, format, cache, context)
                : ReadImage.NotFound();
    }
}
