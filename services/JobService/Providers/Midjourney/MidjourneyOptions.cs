using System.ComponentModel.DataAnnotations;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>Section <c>Midjourney</c>: the midjourney-proxy-compatible relay.</summary>
internal sealed class MidjourneyOptions
{
    /// <summary>The relay's address, without <c>/mj</c>.</summary>
    [Required]
    public Uri? BaseUrl { get; set; }

    /// <summary>Sent as <c>mj-api-secret</c>. The environment variable MIDJOURNEY_API_KEY wins.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>For one call to the relay, seconds.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; set; } = 30;
}
