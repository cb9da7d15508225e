using System.Security.Claims;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Configuring;
using MjAspire.McpGateway.Keys;
using MjAspire.ServiceDefaults.Limiting;

namespace MjAspire.McpGateway.Limiting;

/// <summary>
/// Whether a caller may do one more thing of a kind. Also for what is not a route of its own, such as a tool call. While Redis is away this
/// replica limits for itself.
/// </summary>
internal sealed class RateLimits(TokenBuckets shared, LocalBuckets local, IOptions<RateLimitSettings> configured, RuntimeSettings runtime)
{
    /// <summary>What holds now: an administrator's word at run time, or else the configuration.</summary>
    public async ValueTask<Limit> LimitAsync(RouteClass limited, CancellationToken cancellationToken)
    {
        var settings = await runtime.GetAsync(cancellationToken);
        return settings.Limits.GetValueOrDefault(RouteClasses.NameOf(limited)) ?? configured.Value.For(limited);
    }

    /// <param name="caller">Who.</param>
    /// <param name="limited">From which of the caller's buckets.</param>
    /// <param name="cancellationToken">For reading the limit, should it be due.</param>
    /// <param name="tokens">How many; what no bucket ever holds is taken for a full one.</param>
    /// <returns>Null for a caller without a key, who has no bucket.</returns>
    public async ValueTask<(Grant Grant, Limit Limit)?> TakeAsync(
        ClaimsPrincipal caller, RouteClass limited, CancellationToken cancellationToken, int tokens = 1)
    {
        if (caller.ApiKeyId() is not { } key)
            return null;

        var limit = await LimitAsync(limited, cancellationToken);
        var wanted = new Bucket($"{key}:{RouteClasses.NameOf(limited)}", limit.Burst, limit.PerMinute, Math.Min(tokens, limit.Burst));
        return (await shared.TakeAsync(wanted) ?? local.Take(wanted), limit);
    }
}
