using System.Text.Json;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Creating;

/// <summary>The <c>input_data</c> of an image job, as far as we know it; members we do not know are kept and passed over.</summary>
internal sealed record ImageRequest
{
    /// <summary>Longest prompt, in characters; what providers take.</summary>
    public const int LongestPrompt = 8_192;

    private static readonly JsonSerializerOptions Json = Defaults.UseWireFormat(new JsonSerializerOptions());

    public string? Prompt { get; init; }

    /// <summary>The model's name in our catalogue; null for the default.</summary>
    public string? Model { get; init; }

    /// <summary>Width to height, <c>16:9</c>.</summary>
    public string? AspectRatio { get; init; }

    /// <summary>What is not to be seen.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>What the noise is drawn from, for engines that can be told: 0 to 4,294,967,295. The same again, and the picture is much the same.</summary>
    public long? Seed { get; init; }

    /// <summary><c>relax</c>, <c>fast</c> or <c>turbo</c>; the provider's own when not said.</summary>
    public string? Speed { get; init; }

    /// <summary>The finished job to go on from.</summary>
    public Guid? ParentJobId { get; init; }

    /// <summary>Which of the parent's four pictures, 1 to 4, row by row.</summary>
    public int? Index { get; init; }

    /// <summary>For a single picture's upscale <c>subtle</c> or <c>creative</c>, for its variation <c>subtle</c> or <c>strong</c>.</summary>
    public string? Strength { get; init; }

    /// <summary>For pan: <c>left</c>, <c>right</c>, <c>up</c> or <c>down</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>For zoom: 1.5 or 2.</summary>
    public double? Factor { get; init; }

    /// <summary>For blend: <c>portrait</c>, <c>square</c> or <c>landscape</c>.</summary>
    public string? Dimensions { get; init; }

    /// <summary>Pictures to take in: an http(s) address, <c>mj://images/{id}</c>, or the id of a finished job.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <exception cref="JsonException">A member has the wrong type.</exception>
    public static ImageRequest Parse(string inputData) => JsonSerializer.Deserialize<ImageRequest>(inputData, Json) ?? new();
}
