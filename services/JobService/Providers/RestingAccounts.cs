using System.Collections.Concurrent;

namespace MjAspire.JobService.Providers;

/// <summary>
/// Accounts that said their quota is used up, or that our key is not theirs: left alone for a while, if another can take the job.
/// Each replica finds out for itself.
/// </summary>
internal sealed class RestingAccounts(JobMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan RestFor = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>What keeps an account from any job, not this one only; null for every other refusal.</summary>
    public static string? Reason(SubmitOutcome outcome) => outcome switch
    {
        SubmitOutcome.Refused { Code: "E_PROVIDER_QUOTA" } => "quota",
        SubmitOutcome.Refused { Code: "E_PROVIDER_AUTHENTICATION" } => "key",
        _ => null,
    };

    public void Add(string account, string reason)
    {
        _until[account] = time.GetUtcNow() + RestFor;
        metrics.Rested(account, reason);
    }

    /// <summary>It has a new key, say.</summary>
    public void Wake(string account) => _until.TryRemove(account, out _);

    public bool Contains(string account) => Until(account) is not null;

    /// <summary>Null for an account that does not rest.</summary>
    public DateTimeOffset? Until(string account) => _until.TryGetValue(account, out var until) && until > time.GetUtcNow() ? until : null;
}
