using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MjAspire.ServiceDefaults.Limiting;

/// <summary>Token buckets in Redis, exact across replicas: one script, one round trip.</summary>
public sealed partial class TokenBuckets
{
    private static readonly string Script = ReadScript();

    /// <summary>A limiter slower than this costs more than it saves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>After a silence nobody waits for the next one, for so long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly IConnectionMultiplexer _redis;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Counter<int> _unlimited;
    private readonly TakesTogether _together;

    /// <summary>When Redis was last found away; 0 while it answers.</summary>
    private long _awaySince;

    public TokenBuckets(IConnectionMultiplexer redis, IMeterFactory meters, TimeProvider time, ILogger<TokenBuckets> logger)
    {
        (_redis, _time, _logger) = (redis, time, logger);
        _unlimited = meters.Create(Telemetry.Prefix + "Limiting")
            .CreateCounter<int>("mjaspire.limiter.away", "{request}", "Requests that were not limited across replicas because Redis could not be asked.");
        _together = new(bucket => TakeAsync([bucket]));
    }

    /// <summary>Takes what is wanted from the bucket, or nothing.</summary>
    /// <returns>Null when Redis cannot be asked: the caller limits otherwise or lets pass, since a limit is not worth an outage.</returns>
    public ValueTask<Grant?> TakeAsync(Bucket bucket) => _together.TakeAsync(bucket);

    /// <summary>Takes what is wanted from each bucket, or nothing from any.</summary>
    /// <returns>Null when Redis cannot be asked.</returns>
    public async ValueTask<Grant?> TakeAsync(Bucket[] buckets) => (await EvaluateAsync(buckets, null))?.Grant;

    /// <summary>The same and, when it is granted, leaves a mark unless somebody has: in the same round trip.</summary>
    /// <returns>Null when Redis cannot be asked. The value found, when the mark was there.</returns>
    public ValueTask<(Grant Grant, string? Found)?> TakeAsync(Bucket[] buckets, Mark mark) => EvaluateAsync(buckets, mark);

    private async ValueTask<(Grant Grant, string? Found)?> EvaluateAsync(Bucket[] buckets, Mark? mark)
    {
        var since = Interlocked.Read(ref _awaySince);
        if (since != 0 && _time.GetElapsedTime(since) < Pause)
        {
            _unlimited.Add(1);
            return null;
        }

        try
        {
            var (keys, values) = Arguments(buckets, mark);
            var answer = (RedisResult[])(await _redis.GetDatabase().ScriptEvaluateAsync(Script, keys, values).WaitAsync(Patience, _time))!;
            if (Interlocked.Exchange(ref _awaySince, 0) != 0)
                Log.Back(_logger);
            return (new((int)answer[0] == 1, (int)answer[1], TimeSpan.FromMilliseconds((long)answer[2])), answer.Length > 3 ? (string?)answer[3] : null);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            _unlimited.Add(1);
            if (Interlocked.Exchange(ref _awaySince, _time.GetTimestamp()) == 0)
                Log.Away(_logger, e.Message);
            return null;
        }
    }

    private static (RedisKey[] Keys, RedisValue[] Values) Arguments(Bucket[] buckets, Mark? mark)
    {
        var keys = new RedisKey[buckets.Length + (mark is null ? 0 : 1)];
        var values = new RedisValue[3 * buckets.Length + (mark is null ? 0 : 2)];
        for (var i = 0; i < buckets.Length; i++)
        {
            keys[i] = $"mjaspire:bucket:{buckets[i].Name}";
            (values[3 * i], values[3 * i + 1], values[3 * i + 2]) = (buckets[i].Burst, buckets[i].PerMinute / 60.0, buckets[i].Tokens);
        }
        if (mark is { } wanted)
            (keys[^1], values[^2], values[^1]) = (wanted.Key, wanted.Value, (long)wanted.For.TotalMilliseconds);
        return (keys, values);
    }

    private static string ReadScript()
    {
        using var reader = new StreamReader(typeof(TokenBuckets).Assembly.GetManifestResourceStream("TokenBucket.lua")!);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis cannot be asked: limits do not hold across replicas until it is back: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "Redis is back: limits hold across replicas again")]
        public static partial void Back(ILogger logger);
    }
}

/// <summary>Registers <see cref="TokenBuckets"/>.</summary>
public static class TokenBucketsSetup
{
    /// <summary>Needs <see cref="Cache.AddCache"/>.</summary>
    public static WebApplicationBuilder AddTokenBuckets(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<TokenBuckets>();
        return builder;
    }
}
