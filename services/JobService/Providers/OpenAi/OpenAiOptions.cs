using System.ComponentModel.DataAnnotations;

namespace MjAspire.JobService.Providers.OpenAi;

/// <summary>Section <c>OpenAi</c>: any server with OpenAI's image interface. Without an address there is none.</summary>
internal sealed class OpenAiOptions
{
    /// <summary>Without <c>/v1</c>.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>Sent as a bearer token. The environment variable OPENAI_API_KEY wins.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The server's models, separated by commas, by the names it knows.</summary>
    public string Models { get; set; } = "gpt-image-1";

    /// <summary>For one picture, seconds. Shorter than <c>Jobs:SubmitGrace</c>, after which a job without an answer is tried again.</summary>
    [Range(5, 110)]
    public int TimeoutSeconds { get; set; } = 100;

    /// <summary>Most pictures at once, over all replicas; 0 sets no limit.</summary>
    [Range(0, 10_000)]
    public int Concurrency { get; set; }
}
