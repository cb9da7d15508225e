using MjAspire.ImageStore.Blobs;

namespace MjAspire.ImageStore.Storage;

/// <summary>A row of <c>images</c>; the columns are explained in the schema.</summary>
internal sealed record ImageRow
{
    public required Guid ImageId { get; init; }
    public required Guid JobId { get; init; }
    public required int SourceIndex { get; init; }
    public int PartIndex { get; init; }
    public required Guid OwnerId { get; init; }
    public Guid? ParentImageId { get; init; }
    public required string Operation { get; init; }
    public string? Prompt { get; init; }
    public string? Model { get; init; }
    public long? Seed { get; init; }
    public required string MediaType { get; init; }
    public required int Width { get; init; }
    public required int Height { get; init; }
    public long? Bytes { get; init; }
    public string? Sha256 { get; init; }
    public int? CropX { get; init; }
    public int? CropY { get; init; }
    public string[] Tags { get; init; } = [];
    public string? Description { get; init; }
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>Of a part, as people count: 1 to 4, row by row.</summary>
    public int? Index => PartIndex == 0 ? null : PartIndex;

    public ContentHash? Hash => Sha256 is null ? null : ContentHash.Parse(Sha256);

    /// <summary>Of a part: its place in the grid, as large as the part itself.</summary>
    public CropArea? Crop => (CropX, CropY) is ({ } x, { } y) ? new CropArea(x, y, Width, Height) : null;
}

/// <summary>A rectangle of a picture, in pixels from its top left corner.</summary>
internal sealed record CropArea(int X, int Y, int Width, int Height);
