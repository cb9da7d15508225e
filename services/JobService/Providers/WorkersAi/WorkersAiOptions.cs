using System.ComponentModel.DataAnnotations;

namespace MjAspire.JobService.Providers.WorkersAi;

/// <summary>Section <c>WorkersAi</c>: Cloudflare Workers AI. Without an account there is none.</summary>
internal sealed class WorkersAiOptions
{
    public Uri BaseUrl { get; set; } = new("https://api.cloudflare.com");

    public string AccountId { get; set; } = "";

    /// <summary>Sent as a bearer token. The environment variable WORKERS_AI_API_TOKEN wins.</summary>
    public string ApiToken { get; set; } = "";

    /// <summary>For one picture, seconds. Shorter than <c>Jobs:SubmitGrace</c>, after which a job without an answer is tried again.</summary>
    [Range(5, 110)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Most pictures at once, over all replicas; 0 sets no limit.</summary>
    [Range(0, 10_000)]
    public int Concurrency { get; set; }
}
