using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Serving;

/// <summary>Pictures as they are shown: with links that open for anyone, for a while.</summary>
internal sealed class ImageLinks(IOptions<ServingOptions> options, TimeProvider time)
{
    private const string Thumbnail = "&w=256&format=webp";

    public ImageView Show(ImageRow row, IEnumerable<ImageRow> parts)
    {
        var link = Create(row.ImageId);
        return new(
            row.ImageId, row.JobId, row.ParentImageId, row.Index, row.Operation, row.Prompt, row.Model, row.Seed, row.MediaType,
            row.Width, row.Height, row.Bytes, row.Sha256, row.Crop, row.Tags, row.Description, row.StoredAt,
            link, link is null ? null : link + Thumbnail, [.. parts.Select(part => Show(part, []))]);
    }

    private string? Create(Guid imageId) => options.Value is { PublicUrl: { } publicUrl, LinkKey: var key, LinkLifetime: var lifetime }
        ? SignedLink.Create(publicUrl, key, imageId, time.GetUtcNow() + lifetime).AbsoluteUri
        : null;
}
