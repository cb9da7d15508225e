using System.Globalization;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Keys;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Limiting;

/// <summary>
/// Each API key has its own bucket. Every answer to a key says how it stands:
/// <code>
/// RateLimit-Limit: 120            requests a full bucket allows at once
/// RateLimit-Remaining: 117
/// RateLimit-Reset: 1              seconds until it is full again, or until the next request may come
/// </code>
/// </summary>
internal sealed class RateLimiting(RequestDelegate next, TokenBuckets buckets, IOptions<RateLimitSettings> settings, GatewayMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Without a key there is no bucket: what needs no key (health, the front page, signed links) is not limited here.
        if (context.User.ApiKeyId() is not { } key || await buckets.TakeAsync(key) is not { } grant)
        {
            await next(context);
            return;
        }

        var seconds = ((int)Math.Ceiling(grant.After.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["RateLimit-Limit"] = settings.Value.Burst.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["RateLimit-Remaining"] = grant.Remaining.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["RateLimit-Reset"] = seconds;
        if (grant.Granted)
        {
            await next(context);
            return;
        }

        metrics.RateLimited();
        context.Response.Headers.RetryAfter = seconds;
        await Problems.Of(429, "E_RATE_LIMITED", $"Too many requests with this key. Try again in {seconds} s.").ExecuteAsync(context);
    }
}

internal static class RateLimitingSetup
{
    public static WebApplicationBuilder AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitSettings>()
            .Bind(builder.Configuration.GetSection("Limiting"))
            .Validate(limits => limits is { Burst: > 0, PerMinute: > 0 }, "Limiting:Burst and Limiting:PerMinute must be above zero.")
            .ValidateOnStart();
        builder.Services.AddSingleton<TokenBuckets>();
        return builder;
    }

    public static WebApplication UseRateLimits(this WebApplication app)
    {
        app.UseMiddleware<RateLimiting>();
        return app;
    }
}
