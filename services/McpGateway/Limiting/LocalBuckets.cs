using Microsoft.Extensions.Caching.Memory;

namespace MjAspire.McpGateway.Limiting;

/// <summary>
/// The same buckets in this process, while Redis is away: each replica limits for itself, so a key may come as often as the limit
/// says at every one of them. They are forgotten when they have been full for a while.
/// </summary>
internal sealed class LocalBuckets(TimeProvider time) : IDisposable
{
    private readonly MemoryCache _buckets = new(new MemoryCacheOptions { SizeLimit = 50_000 });

    public Grant Take(string name, Limit limit)
    {
        var bucket = _buckets.GetOrCreate(name, entry =>
        {
            entry.Size = 1;
            entry.SlidingExpiration = TimeSpan.FromSeconds(limit.Burst / limit.PerSecond + 1);
            return new Bucket(limit.Burst, time.GetTimestamp());
        })!;
        lock (bucket)
            return bucket.Take(limit, time);
    }

    public void Dispose() => _buckets.Dispose();

    /// <summary>TokenBucket.lua in C#.</summary>
    private sealed class Bucket(double tokens, long at)
    {
        private double _tokens = tokens;
        private long _at = at;

        public Grant Take(Limit limit, TimeProvider time)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(limit.Burst, _tokens + time.GetElapsedTime(_at, now).TotalSeconds * limit.PerSecond);
            _at = now;
            if (_tokens < 1)
                return new(false, 0, TimeSpan.FromSeconds((1 - _tokens) / limit.PerSecond));

            _tokens--;
            return new(true, (int)_tokens, TimeSpan.FromSeconds((limit.Burst - _tokens) / limit.PerSecond));
        }
    }
}
