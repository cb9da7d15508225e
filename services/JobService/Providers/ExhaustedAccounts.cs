using System.Collections.Concurrent;

namespace MjAspire.JobService.Providers;

/// <summary>Accounts that said their quota is used up: left alone for a while, if another can take the job. Each replica finds out for itself.</summary>
internal sealed class ExhaustedAccounts(TimeProvider time)
{
    private static readonly TimeSpan RestFor = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    public void Add(string account) => _until[account] = time.GetUtcNow() + RestFor;

    public bool Contains(string account) => _until.TryGetValue(account, out var until) && until > time.GetUtcNow();
}
