using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace MjAspire.McpGateway.Limiting;

/// <summary>How much of this replica one key, and everyone together, may occupy at a time.</summary>
internal sealed class ConcurrencyCaps(IOptions<RateLimitSettings> settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _caps = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(_ => RateLimitPartition.GetConcurrencyLimiter("", _ => AtOnce(settings.Value.Concurrent))),
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetConcurrencyLimiter(key, _ => AtOnce(settings.Value.ConcurrentPerKey))));

    /// <returns>A place, until it is disposed of; one that was not acquired when there is no room.</returns>
    public RateLimitLease Enter(string key) => _caps.AttemptAcquire(key);

    public void Dispose() => _caps.Dispose();

    private static ConcurrencyLimiterOptions AtOnce(int most) => new() { PermitLimit = most };
}
