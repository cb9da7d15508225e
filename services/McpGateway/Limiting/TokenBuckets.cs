using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MjAspire.McpGateway.Limiting;

/// <summary>What the bucket said.</summary>
/// <param name="Remaining">Whole tokens left.</param>
/// <param name="After">Until the next token, when refused; until the bucket is full, when granted.</param>
internal readonly record struct Grant(bool Granted, int Remaining, TimeSpan After);

/// <summary>Token buckets in Redis, exact across replicas: one script, one round trip.</summary>
internal sealed partial class TokenBuckets(
    IConnectionMultiplexer redis, IOptions<RateLimitSettings> settings, GatewayMetrics metrics,
    TimeProvider time, ILogger<TokenBuckets> logger)
{
    private static readonly string Script = ReadScript();

    /// <summary>A limiter slower than this costs more than it saves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>After a silence nobody waits for the next one, for so long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>When Redis was last found away; 0 while it answers.</summary>
    private long _awaySince;

    /// <returns>Null when Redis cannot be asked: the request passes, since a limit is not worth an outage.</returns>
    public async ValueTask<Grant?> TakeAsync(string name)
    {
        var since = Interlocked.Read(ref _awaySince);
        if (since != 0 && time.GetElapsedTime(since) < Pause)
        {
            metrics.LimiterAway();
            return null;
        }

        try
        {
            var answer = (int[])await redis.GetDatabase()
                .ScriptEvaluateAsync(Script, [$"mjaspire:bucket:{name}"], [settings.Value.Burst, settings.Value.PerMinute / 60.0])
                .WaitAsync(Patience, time);

            if (Interlocked.Exchange(ref _awaySince, 0) != 0)
                Log.Back(logger);

            return new Grant(answer[0] == 1, answer[1], TimeSpan.FromMilliseconds(answer[2]));
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            metrics.LimiterAway();
            if (Interlocked.Exchange(ref _awaySince, time.GetTimestamp()) == 0)
                Log.Away(logger, e.Message);

            return null;
        }
    }

    private static string ReadScript()
    {
        using var reader = new StreamReader(typeof(TokenBuckets).Assembly.GetManifestResourceStream("TokenBucket.lua")!);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis cannot be asked: requests are not limited until it is back: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "Redis is back: requests are limited again")]
        public static partial void Back(ILogger logger);
    }
}
