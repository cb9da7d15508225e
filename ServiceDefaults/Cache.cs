using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// Redis, for deduplication and rate limits. A fast path, never the truth: a service starts and works without it,
/// and its health says "degraded", not "unhealthy".
/// </summary>
public static class Cache
{
    /// <summary>Registers <see cref="IConnectionMultiplexer"/> from the connection string <c>cache</c>; it connects, and reconnects, in the background.</summary>
    public static WebApplicationBuilder AddCache(this WebApplicationBuilder builder)
    {
        var text = builder.Configuration.GetConnectionString("cache")
            ?? throw new InvalidOperationException("The connection string 'cache' (Redis) is not set.");

        var options = ConfigurationOptions.Parse(text);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 2_000;
        options.SyncTimeout = 2_000;

        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(options));
        builder.Services.AddHealthChecks().AddCheck<RedisHealth>("cache", HealthStatus.Degraded);
        return builder;
    }

    private sealed class RedisHealth(IConnectionMultiplexer redis) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(redis.IsConnected
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Redis is away: deduplication and rate limits let everything pass."));
    }
}
