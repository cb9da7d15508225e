using Microsoft.Extensions.Caching.Memory;
using MjAspire.ServiceDefaults.Limiting;

namespace MjAspire.McpGateway.Limiting;

/// <summary>
/// The same buckets in this process, while Redis is away: each replica limits for itself, so a key may come as often as the limit
/// says at every one of them. They are forgotten when they have been full for a while.
/// </summary>
internal sealed class LocalBuckets(TimeProvider time) : IDisposable
{
    private readonly MemoryCache _buckets = new(new MemoryCacheOptions { SizeLimit = 50_000 });

    public Grant Take(Bucket wanted)
    {
        var level = _buckets.GetOrCreate(wanted.Name, entry =>
        {
            entry.Size = 1;
            entry.SlidingExpiration = TimeSpan.FromMinutes((double)wanted.Burst / wanted.PerMinute) + TimeSpan.FromSeconds(1);
            return new Level(wanted.Burst, time.GetTimestamp());
        })!;
        lock (level)
            return level.Take(wanted, time);
    }

    public void Dispose() => _buckets.Dispose();

    /// <summary>TokenBucket.lua in C#.</summary>
    private sealed class Level(double tokens, long at)
    {
        private double _tokens = tokens;
        private long _at = at;

        public Grant Take(Bucket wanted, TimeProvider time)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(wanted.Burst, _tokens + time.GetElapsedTime(_at, now).TotalMinutes * wanted.PerMinute);
            _at = now;
            if (_tokens < wanted.Tokens)
                return new(false, (int)_tokens, TimeSpan.FromMinutes((wanted.Tokens - _tokens) / wanted.PerMinute));

            _tokens -= wanted.Tokens;
            return new(true, (int)_tokens, TimeSpan.FromMinutes((wanted.Burst - _tokens) / wanted.PerMinute));
        }
    }
}
