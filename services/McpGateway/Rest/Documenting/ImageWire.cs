using System.ComponentModel;

namespace MjAspire.McpGateway.Rest.Documenting;

// What ImageStore reads and writes on the routes that lead to it, for the API document. Nothing here is used at run time.

internal sealed record ImageList(IReadOnlyList<ImageDocument> Images, string? NextCursor);

internal sealed record ImageDocument(
    Guid ImageId, Guid JobId, Guid? ParentImageId, int? Index, string Operation, string? Prompt, string? Model, long? Seed, string MediaType,
    int Width, int Height, long? Bytes, string? Sha256, ImageArea? Crop, IReadOnlyList<string> Tags, string? Description, DateTimeOffset StoredAt,
    string? DownloadUrl, string? ThumbnailUrl, IReadOnlyList<ImageDocument> Parts)
{
    [Description("With encoding=base64.")]
    public ImageBytes? Content { get; init; }
}

internal sealed record ImageBytes(string Encoding, string MediaType, long Bytes, string Data);

/// <summary>A rectangle, in pixels from the top left corner.</summary>
internal sealed record ImageArea(int X, int Y, int Width, int Height);

/// <summary>The body of <c>PATCH /images/{id}</c>; what is absent stays as it is.</summary>
internal sealed record ImageNotes
{
    public IReadOnlyList<string>? Tags { get; init; }
    public string? Description { get; init; }
}
