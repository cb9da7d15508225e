using System.Net;
using Microsoft.Extensions.Options;
using MjAspire.ServiceDefaults.Limiting;
using MjAspire.WebhookIngress.Receiving;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Admitting;

/// <summary>Who may come, and how often. With Redis away nothing is limited.</summary>
internal sealed partial class Gate(TokenBuckets buckets, IOptions<WebhookOptions> options, TimeProvider time, ILogger<Gate> logger)
{
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private long _warnedAt;

    /// <summary>What a proven caller takes a token from.</summary>
    public Bucket[] LimitsOf(Provider provider, IPAddress address)
    {
        var perAddress = options.Value.Limits.PerAddress;
        Bucket ofProvider = new($"ingress:provider:{provider.Name}", provider.Limit.Burst, provider.Limit.PerMinute);
        Bucket ofAddress = new($"ingress:address:{CallerAddresses.Key(address)}", perAddress.Burst, perAddress.PerMinute);
        return (provider.Limit.IsOn, perAddress.IsOn) switch
        {
            (true, true) => [ofProvider, ofAddress],
            (true, false) => [ofProvider],
            (false, true) => [ofAddress],
            _ => [],
        };
    }

    /// <summary>For a proven call that is no callback. Null when it may go on.</summary>
    public async ValueTask<Verdict?> LimitAsync(Provider provider, IPAddress address) =>
        LimitsOf(provider, address) is { Length: > 0 } limits && await buckets.TakeAsync(limits) is { Granted: false } grant ? Verdict.Limited(grant.After) : null;

    /// <summary>A caller who proved nothing: refused, and after too many tries not even that.</summary>
    public async ValueTask<Verdict> RefuseAsync(IPAddress address, string reason)
    {
        var limit = options.Value.Limits.Refused;
        if (!limit.IsOn)
            return new(Outcome.Refused, reason);

        var grant = await buckets.TakeAsync(new Bucket($"ingress:refused:{CallerAddresses.Key(address)}", limit.Burst, limit.PerMinute));
        if (grant is { Granted: false, After: var after })
            return new(Outcome.Repelled, reason, after);
        if (grant is { Remaining: 0 })
            Warn(address, reason);
        return new(Outcome.Refused, reason);
    }

    private void Warn(IPAddress address, string reason)
    {
        var last = Interlocked.Read(ref _warnedAt);
        if ((last == 0 || time.GetElapsedTime(last) > BetweenWarnings) && Interlocked.CompareExchange(ref _warnedAt, time.GetTimestamp(), last) == last)
            Log.Unusual(logger, address, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Many refused callbacks from {Address}; the last: {Reason}. It is answered 429 for a while")]
        public static partial void Unusual(ILogger logger, IPAddress address, string reason);
    }
}
