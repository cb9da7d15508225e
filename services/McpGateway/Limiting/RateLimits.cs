using System.Security.Claims;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Configuring;
using MjAspire.McpGateway.Keys;

namespace MjAspire.McpGateway.Limiting;

/// <summary>Whether a caller may do one more thing of a kind. Also for what is not a route of its own, such as a tool call.</summary>
internal sealed class RateLimits(TokenBuckets buckets, IOptions<RateLimitSettings> configured, RuntimeSettings runtime)
{
    /// <summary>What holds now: an administrator's word at run time, or else the configuration.</summary>
    public async ValueTask<Limit> LimitAsync(RouteClass limited, CancellationToken cancellationToken)
    {
        var settings = await runtime.GetAsync(cancellationToken);
        return settings.Limits.GetValueOrDefault(RouteClasses.NameOf(limited)) ?? configured.Value.For(limited);
    }

    /// <returns>Null for a caller without a key, who has no bucket.</returns>
    public async ValueTask<(Grant Grant, Limit Limit)?> TakeAsync(ClaimsPrincipal caller, RouteClass limited, CancellationToken cancellationToken)
    {
        if (caller.ApiKeyId() is not { } key)
            return null;

        var limit = await LimitAsync(limited, cancellationToken);
        return (await buckets.TakeAsync($"{key}:{RouteClasses.NameOf(limited)}", limit), limit);
    }
}
