using System.ComponentModel.DataAnnotations;

namespace MjAspire.ImageStore.Fetching;

/// <summary>Section <c>Fetching</c>: for how long a link is tried.</summary>
internal sealed class FetchingOptions
{
    [Range(2, 20)]
    public int Attempts { get; set; } = 5;

    /// <summary>One attempt, redirects and the whole body included.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>All attempts and the waits between them.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Before the second attempt; doubles from there, with jitter.</summary>
    public TimeSpan Backoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between two attempts, whatever <c>Retry-After</c> says.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(30);
}
