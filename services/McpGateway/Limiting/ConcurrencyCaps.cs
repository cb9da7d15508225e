using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace MjAspire.McpGateway.Limiting;

/// <summary>How much of this replica one key, and everyone together, may occupy at a time.</summary>
internal sealed class ConcurrencyCaps(IOptions<RateLimitSettings> settings)
{
    private readonly ConcurrentDictionary<string, int> _byKey = new(StringComparer.Ordinal);
    private int _all;

    /// <returns>False when there is no room; otherwise <see cref="Leave"/> must follow.</returns>
    public bool TryEnter(string key)
    {
        if (Interlocked.Increment(ref _all) > settings.Value.Concurrent)
        {
            Interlocked.Decrement(ref _all);
            return false;
        }
        if (_byKey.AddOrUpdate(key, 1, (_, count) => count + 1) <= settings.Value.ConcurrentPerKey)
            return true;

        Leave(key);
        return false;
    }

    public void Leave(string key)
    {
        Interlocked.Decrement(ref _all);

        // An entry of zero goes, or every key that ever came would stay.
        if (_byKey.AddOrUpdate(key, 0, (_, count) => count - 1) <= 0)
            _byKey.TryRemove(new(key, 0));
    }
}
