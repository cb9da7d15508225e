using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ImageStore.Serving;
using MjAspire.ImageStore.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Editing;

/// <summary>What an owner may do to a picture: say something of it, or take it away.</summary>
internal static class EditImage
{
    private const int MostTags = 32;
    private const int LongestTag = 64;
    private const int LongestDescription = 4_000;

    public static async Task<Results<Ok<ImageView>, ProblemHttpResult>> DescribeAsync(
        Guid imageId, ImageChange change, Caller caller, ImagesTable images, ImageLinks links, CancellationToken cancellationToken)
    {
        var tags = change.Tags?.Select(tag => tag?.Trim() ?? "").Distinct(StringComparer.Ordinal).ToArray();
        if (tags?.Length > MostTags || tags?.Any(tag => tag.Length is 0 or > LongestTag || tag.Contains('\0', StringComparison.Ordinal)) == true)
            return Problems.Of(400, "E_TAGS", $"A picture has up to {MostTags} tags of 1 to {LongestTag} characters.");
        if (change.Description?.Length > LongestDescription || change.Description?.Contains('\0', StringComparison.Ordinal) == true)
            return Problems.Of(400, "E_DESCRIPTION", $"A description has up to {LongestDescription:N0} characters.");

        if (await images.DescribeAsync(imageId, caller.OwnerId, tags, change.ChangesDescription, change.Description, cancellationToken) is not { } image)
            return ReadImage.NotFound();
        var parts = await images.PartsOfAsync([image], cancellationToken);
        return TypedResults.Ok(links.Show(image, parts[image.ImageId]));
    }

    /// <summary>A grid goes with its parts; a part goes alone. Its bytes go once nothing refers to them any more.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        Guid imageId, Caller caller, ImageRemoval removal, ImageStoreMetrics metrics, CancellationToken cancellationToken)
    {
        if (!await removal.RemoveAsync(imageId, caller.OwnerId, cancellationToken))
            return ReadImage.NotFound();
        metrics.Removed("owner", 1);
        return TypedResults.NoContent();
    }
}

/// <summary><c>{"tags":["sea"],"description":"…"}</c>; what is absent stays as it is, a description of null is taken away.</summary>
internal sealed class ImageChange
{
    public IReadOnlyList<string?>? Tags { get; init; }

    public string? Description
    {
        get;
        init => (field, ChangesDescription) = (value, true);
    }

    [JsonIgnore]
    public bool ChangesDescription { get; private init; }
}
