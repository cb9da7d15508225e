using System.Diagnostics;
using Microsoft.Extensions.Options;
using MjAspire.ServiceDefaults.Limiting;
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

    /// <summary>It is one too many, and was not looked for.</summary>
    Limited,
}

/// <summary>
/// Remembers callbacks in Redis: <c>ingress:callback:{id}</c> = <c>pending</c>, then <c>done</c>.
/// Only a fast path. With Redis away every callback is fresh, and the job's state machine tells repetitions.
/// </summary>
internal sealed partial class Duplicates(
    TokenBuckets buckets, IConnectionMultiplexer redis, IOptions<WebhookOptions> options, IngressMetrics metrics, ILogger<Duplicates> logger)
{
    /// <summary>Longer than a publish may take, and short enough that a callback whose replica was killed can come again.</summary>
    public static readonly TimeSpan PendingFor = TimeSpan.FromSeconds(30);

    private const string Pending = "pending", Done = "done";
    private readonly Outage _outage = new();

    /// <summary>Takes what the limits ask for, and the callback: both in one round trip.</summary>
    /// <param name="limits">None, for who looks again.</param>
    public async Task<(Claim Claim, TimeSpan After)> ClaimAsync(Guid callbackId, params Bucket[] limits)
    {
        using var span = CallbackTrace.Source.StartActivity("redis EVALSHA", ActivityKind.Client);
        span?.SetTag("db.system.name", "redis");
        span?.SetTag("db.operation.name", "EVALSHA");
        if (await buckets.TakeAsync(limits, new Mark(Key(callbackId), Pending, PendingFor)) is not var (grant, found))
        {
            span?.SetStatus(ActivityStatusCode.Error);
            metrics.WithoutCache();
            if (_outage.Begins())
                Log.CacheAway(logger);
            return (Claim.Fresh, default);
        }

        if (_outage.Ends())
            Log.CacheBack(logger);
        return (grant.Granted, found) switch
        {
            (false, _) => (Claim.Limited, grant.After),
            (_, null) => (Claim.Fresh, default),
            (_, Done) => (Claim.Done, default),
            _ => (Claim.Pending, default),
        };
    }

    /// <summary>
    /// The broker has it. Nobody waits for the mark: should it never be made, a repetition that comes after <see cref="PendingFor"/> is queued
    /// again under the same id, as it would be had we been killed here.
    /// </summary>
    public void Complete(Guid callbackId) =>
        Tell(database => database.StringSet(Key(callbackId), Done, options.Value.RememberFor, flags: CommandFlags.FireAndForget));

    /// <summary>It is not queued; whoever waits for it goes on at once.</summary>
    public void Release(Guid callbackId) => Tell(database => database.KeyDelete(Key(callbackId), CommandFlags.FireAndForget));

    private void Tell(Action<IDatabase> command)
    {
        try
        {
            command(redis.GetDatabase());
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException)
        {
            metrics.WithoutCache();
        }
    }

    private static string Key(Guid callbackId) => $"ingress:callback:{callbackId:N}";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis is away; repeated callbacks are queued again until it is back. This is said once")]
        public static partial void CacheAway(ILogger logger);

        [LoggerMessage(2, LogLevel.Information, "Redis is back")]
        public static partial void CacheBack(ILogger logger);
    }
}
