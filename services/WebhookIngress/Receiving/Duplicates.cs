using System.Diagnostics;
using Microsoft.Extensions.Options;
using MjAspire.WebhookIngress.Reporting;
using StackExchange.Redis;

namespace MjAspire.WebhookIngress.Receiving;

internal enum Claim
{
    /// <summary>Nobody has it, as far as can be told.</summary>
    Fresh,

    /// <summary>It is on its way to the broker.</summary>
    Pending,

    /// <summary>The broker has confirmed it.</summary>
    Done,
}

/// <summary>
/// Remembers callbacks in Redis: <c>ingress:callback:{id}</c> = <c>pending</c>, then <c>done</c>.
/// Only a fast path. With Redis away every callback is fresh, and the job's state machine tells repetitions.
/// </summary>
internal sealed partial class Duplicates(
    IConnectionMultiplexer redis, IOptions<WebhookOptions> options, IngressMetrics metrics, TimeProvider time, ILogger<Duplicates> logger)
{
    /// <summary>Longer than a publish may take, and short enough that a callback whose replica was killed can come again.</summary>
    public static readonly TimeSpan PendingFor = TimeSpan.FromSeconds(30);

    private static readonly RedisValue Pending = "pending", Done = "done";
    private readonly Outage _outage = new();

    public Task<Claim> ClaimAsync(Guid callbackId) => AskAsync("SET", Claim.Fresh, async database =>
    {
        if (await database.StringSetAsync(Key(callbackId), Pending, PendingFor, When.NotExists))
            return Claim.Fresh;
        return await database.StringGetAsync(Key(callbackId)) == Done ? Claim.Done : Claim.Pending;
    });

    public Task CompleteAsync(Guid callbackId) =>
        AskAsync("SET", false, database => database.StringSetAsync(Key(callbackId), Done, options.Value.RememberFor));

    public Task ReleaseAsync(Guid callbackId) =>
        AskAsync("DEL", false, database => database.KeyDeleteAsync(Key(callbackId)));

    private async Task<T> AskAsync<T>(string command, T otherwise, Func<IDatabase, Task<T>> ask)
    {
        using var span = CallbackTrace.Source.StartActivity($"redis {command}", ActivityKind.Client);
        span?.SetTag("db.system.name", "redis");
        span?.SetTag("db.operation.name", command);
        try
        {
            // A question to a server that hangs is not timed by the client.
            var answer = await ask(redis.GetDatabase()).WaitAsync(options.Value.CacheTimeout, time);
            if (_outage.Ends())
                Log.CacheBack(logger);
            return answer;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            metrics.WithoutCache();
            if (_outage.Begins())
                Log.CacheAway(logger, e);
            return otherwise;
        }
    }

    private static RedisKey Key(Guid callbackId) => $"ingress:callback:{callbackId:N}";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis is away; repeated callbacks are queued again until it is back. This is said once")]
        public static partial void CacheAway(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Information, "Redis is back")]
        public static partial void CacheBack(ILogger logger);
    }
}
