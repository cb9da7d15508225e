using StackExchange.Redis;

namespace MjAspire.McpGateway.Limiting;

/// <summary>What the bucket said.</summary>
/// <param name="Remaining">Whole tokens left.</param>
/// <param name="After">Until the next token, when refused; until the bucket is full, when granted.</param>
internal readonly record struct Grant(bool Granted, int Remaining, TimeSpan After);

/// <summary>Token buckets in Redis, exact across replicas: one script, one round trip. While Redis is away, local ones.</summary>
internal sealed partial class TokenBuckets(
    IConnectionMultiplexer redis, LocalBuckets local, GatewayMetrics metrics, TimeProvider time, ILogger<TokenBuckets> logger)
{
    private static readonly string Script = ReadScript();

    /// <summary>A limiter slower than this costs more than it saves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>After a silence nobody waits for the next one, for so long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>When Redis was last found away; 0 while it answers.</summary>
    private long _awaySince;

    /// <param name="name">The bucket's: whose, and for what.</param>
    /// <param name="limit">What it holds.</param>
    public async ValueTask<Grant> TakeAsync(string name, Limit limit)
    {
        var since = Interlocked.Read(ref _awaySince);
        if (since != 0 && time.GetElapsedTime(since) < Pause)
            return TakeLocally(name, limit);

        try
        {
            var answer = (int[])await redis.GetDatabase()
                .ScriptEvaluateAsync(Script, [$"mjaspire:bucket:{name}"], [limit.Burst, limit.PerSecond])
                .WaitAsync(Patience, time);

            if (Interlocked.Exchange(ref _awaySince, 0) != 0)
                Log.Back(logger);

            return new Grant(answer[0] == 1, answer[1], TimeSpan.FromMilliseconds(answer[2]));
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            if (Interlocked.Exchange(ref _awaySince, time.GetTimestamp()) == 0)
                Log.Away(logger, e.Message);

            return TakeLocally(name, limit);
        }
    }

    private Grant TakeLocally(string name, Limit limit)
    {
        metrics.LimiterAway();
        return local.Take(name, limit);
    }

    private static string ReadScript()
    {
        using var reader = new StreamReader(typeof(TokenBuckets).Assembly.GetManifestResourceStream("TokenBucket.lua")!);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis cannot be asked: every replica limits requests for itself until it is back: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "Redis is back: requests are limited across replicas again")]
        public static partial void Back(ILogger logger);
    }
}
