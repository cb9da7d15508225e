using System.ComponentModel.DataAnnotations;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>Section <c>Midjourney</c>: the midjourney-proxy-compatible relay.</summary>
internal sealed class MidjourneyOptions
{
    /// <summary>The relay's address, without <c>/mj</c>. Without one there is no Midjourney.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>Sent as <c>mj-api-secret</c>. The environment variable MIDJOURNEY_API_KEY wins.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>How follow-ups are asked for.</summary>
    public MidjourneyDialect Dialect { get; set; } = MidjourneyDialect.Auto;

    /// <summary>For one call to the relay, seconds.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Most tasks the relay has of ours at once, over all replicas; 0 leaves it to the relay.</summary>
    [Range(0, 100_000)]
    public int Concurrency { get; set; }
}

/// <summary>The two ways relays take follow-ups.</summary>
internal enum MidjourneyDialect
{
    /// <summary>By button where the parent has buttons, else by index.</summary>
    Auto,

    /// <summary>By button only: <c>mj/submit/action</c>.</summary>
    Action,

    /// <summary>By index only: <c>mj/submit/change</c>.</summary>
    Change,
}
