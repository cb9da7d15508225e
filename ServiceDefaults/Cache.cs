using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Instrumentation.StackExchangeRedis;
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
        builder.AddRedisClient(
            "cache",
            settings =>
            {
                if (string.IsNullOrEmpty(settings.ConnectionString))
                    throw new InvalidOperationException("The connection string 'cache' (Redis) is not set.");
                settings.DisableAutoActivation = true; // no start waits for it
                settings.DisableHealthChecks = true; // Aspire's would say "unhealthy"
                settings.DisableTracing = !builder.ExportsTelemetry();
            },
            options =>
            {
                options.AbortOnConnectFail = false;
                options.ConnectTimeout = 2_000;
                options.SyncTimeout = 2_000;
                options.ReconnectRetryPolicy = new LinearRetry(1_000);
                options.BacklogPolicy = BacklogPolicy.FailFast; // else commands wait while it is away, and run long after anyone wanted them
            });

        builder.Services.Configure<StackExchangeRedisInstrumentationOptions>(redis =>
        {
            // A command outside any trace is nobody's, and one below a client's span has been told.
            redis.Filter = command => command.ParentActivity is { Kind: not ActivityKind.Client };
            redis.FlushInterval = TimeSpan.FromSeconds(1); // what waits for it is kept in memory
        });
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
