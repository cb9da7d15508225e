using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Serving;

/// <summary>A picture's metadata on the wire.</summary>
/// <param name="ParentImageId">The grid it is a part of, or the picture it was made from.</param>
/// <param name="Index">1 to 4, row by row, for a part; null for a whole file.</param>
/// <param name="Bytes">Null for a part nobody has asked for yet.</param>
/// <param name="Sha256">Lower-case hex; null with <paramref name="Bytes"/>.</param>
/// <param name="Crop">Of a part: where in its grid, in pixels.</param>
/// <param name="DownloadUrl">A signed link that expires; <c>&amp;w=</c> and <c>&amp;format=</c> may be added.</param>
/// <param name="ThumbnailUrl">The same, 256 pixels wide at most.</param>
/// <param name="Parts">Of a grid: its four.</param>
internal sealed record ImageView(
    Guid ImageId, Guid JobId, Guid? ParentImageId, int? Index, string Operation, string? Prompt, string? Model, long? Seed, string MediaType,
    int Width, int Height, long? Bytes, string? Sha256, CropArea? Crop, IReadOnlyList<string> Tags, string? Description, DateTimeOffset StoredAt,
    string? DownloadUrl, string? ThumbnailUrl, IReadOnlyList<ImageView> Parts);
