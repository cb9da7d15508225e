using System.Text.Json.Serialization;

namespace MjAspire.Contracts.Images;

/// <summary>Command to ImageStore: fetch, check and keep a job's pictures. Harmless when repeated: one job's source is stored once.</summary>
public sealed record StoreImages
{
    public required Guid JobId { get; init; }
    public required Guid OwnerId { get; init; }

    /// <summary>Kept as metadata.</summary>
    public string? Prompt { get; init; }
    public string? Model { get; init; }

    /// <summary>What the engine drew its noise from, if it says so.</summary>
    public long? Seed { get; init; }
    public required string Operation { get; init; }

    /// <summary>The picture this one was made from (upscale, variation).</summary>
    public Guid? ParentImageId { get; init; }

    public required IReadOnlyList<ImageSource> Sources { get; init; }
}

/// <summary>One picture to fetch.</summary>
/// <param name="Url">Comes from outside: fetched through the SSRF guard only.</param>
public sealed record ImageSource(string Url, ImageLayout Layout);

/// <summary>What one file holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageLayout>))]
public enum ImageLayout
{
    /// <summary>One picture.</summary>
    [JsonStringEnumMemberName("whole")] Whole,

    /// <summary>Four pictures, two by two; recorded as the grid and its four parts.</summary>
    [JsonStringEnumMemberName("grid")] Grid,
}
