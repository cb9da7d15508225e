using System.Globalization;
using MjAspire.McpGateway.Keys;
using MjAspire.ServiceDefaults;
using MjAspire.ServiceDefaults.Limiting;

namespace MjAspire.McpGateway.Limiting;

/// <summary>
/// Each API key has its own buckets, one for each class of routes. Every answer to a key says how the one it took from stands:
/// <code>
/// RateLimit-Policy: "read";q=120;w=6     the bucket's name, what it holds, and the seconds in which it fills
/// RateLimit-Limit: 120
/// RateLimit-Remaining: 117
/// RateLimit-Reset: 1                     seconds until it is full again, or until the next request may come
/// </code>
/// </summary>
internal sealed class RateLimiting(RequestDelegate next, RateLimits limits, ConcurrencyCaps caps, GatewayMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Without a key there is no bucket: what needs no key (health, the front page, signed links) is not limited here.
        if (context.User.ApiKeyId() is not { } key)
        {
            await next(context);
            return;
        }

        using var place = caps.Enter(key);
        if (!place.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, "E_TOO_MANY_AT_ONCE", "Too many requests of this key are being served at once. Wait for one of them to end.");
            return;
        }

        await TakeAsync(context);
    }

    private async Task TakeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint()?.Metadata.GetMetadata<LimitedAs>();
        var limited = endpoint?.Class ?? RouteClass.Read;
        var tokens = endpoint?.Tokens is { } count ? await count(context) : 1;
        var (grant, limit) = (await limits.TakeAsync(context.User, limited, context.RequestAborted, tokens))!.Value;

        var seconds = Text((int)Math.Ceiling(grant.After.TotalSeconds));
        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = $"\"{RouteClasses.NameOf(limited)}\";q={Text(limit.Burst)};w={Text((int)Math.Ceiling(limit.Burst / limit.PerSecond))}";
        headers["RateLimit-Limit"] = Text(limit.Burst);
        headers["RateLimit-Remaining"] = Text(grant.Remaining);
        headers["RateLimit-Reset"] = seconds;
        if (grant.Granted)
        {
            await next(context);
            return;
        }

        headers.RetryAfter = seconds;
        await RefuseAsync(context, "E_RATE_LIMITED", $"Too many requests with this key. Try again in {seconds} s.");
    }

    private Task RefuseAsync(HttpContext context, string code, string detail)
    {
        metrics.RateLimited();
        return Problems.Of(StatusCodes.Status429TooManyRequests, code, detail).ExecuteAsync(context);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

internal static class RateLimitingSetup
{
    public static WebApplicationBuilder AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitSettings>()
            .Bind(builder.Configuration.GetSection("Limiting"))
            .Validate(limits => limits.AreValid(), $"Every number under Limiting must be from 1 to {Limit.Highest:N0}.")
            .ValidateOnStart();
        builder.Services.AddSingleton<LocalBuckets>().AddSingleton<RateLimits>().AddSingleton<ConcurrencyCaps>();
        return builder.AddTokenBuckets();
    }

    public static WebApplication UseRateLimits(this WebApplication app)
    {
        app.UseMiddleware<RateLimiting>();
        return app;
    }
}
