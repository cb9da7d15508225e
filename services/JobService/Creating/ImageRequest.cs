using System.Text;
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

    /// <exception cref="JsonException">A member has the wrong type.</exception>
    public static ImageRequest Parse(string inputData) => JsonSerializer.Deserialize<ImageRequest>(inputData, Json) ?? new();

    /// <summary>What is wrong with it, if anything: a code and a sentence.</summary>
    public (string Code, string Detail)? Problem() => this switch
    {
        { Prompt: var prompt } when string.IsNullOrWhiteSpace(prompt) =>
            ("E_PROMPT_EMPTY", "The prompt is empty. Say what the picture is to show."),
        { Prompt.Length: > LongestPrompt } =>
            ("E_PROMPT_TOO_LONG", $"The prompt has {Prompt!.Length:N0} characters; {LongestPrompt:N0} is the most."),
        { Model: not (null or "midjourney") } => ("E_UNKNOWN_MODEL", "There is no such model. Known: midjourney."),
        { AspectRatio: { } ratio } when !IsRatio(ratio) =>
            ("E_ASPECT_RATIO", "The aspect ratio must be two whole numbers from 1 to 99 such as 16:9."),
        { NegativePrompt.Length: > 1_024 } => ("E_PROMPT_TOO_LONG", "The negative prompt has more than 1,024 characters."),
        _ => null,
    };

    /// <summary>The prompt with our parameters in Midjourney's own notation, <c>a fox --ar 16:9 --no text</c>.</summary>
    public string MidjourneyPrompt()
    {
        var text = new StringBuilder(Prompt!.Trim());
        if (AspectRatio is not null)
            text.Append(" --ar ").Append(AspectRatio);
        if (!string.IsNullOrWhiteSpace(NegativePrompt))
            text.Append(" --no ").Append(NegativePrompt.Trim());
        return text.ToString();
    }

    private static bool IsRatio(string text) =>
        text.Split(':') is [var width, var height]
        && int.TryParse(width, out var w) && int.TryParse(height, out var h) && w is > 0 and < 100 && h is > 0 and < 100;
}
