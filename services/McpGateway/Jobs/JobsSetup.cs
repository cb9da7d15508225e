using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MjAspire.McpGateway.Upstream;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Jobs;

internal static class JobsSetup
{
    /// <summary>With JobService. Shorter than a tool call may take in all, so that the caller still hears why.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static WebApplicationBuilder AddJobs(this WebApplicationBuilder builder)
    {
        builder.AddUpstreams();
        builder.Services.AddSingleton<JobNews>().AddSingleton<JobReads>().AddSingleton<JobWaiting>();
        builder.Services.AddInternalClient<JobsClient>("job-service").ConfigureHttpClient(http => http.Timeout = Patience);
        builder.Services.AddInternalClient<JobReader>("job-service").ConfigureHttpClient(http => http.Timeout = Patience);

        builder.AddMessaging(bus =>
        {
            bus.AddConsumer<JobNewsConsumer>().Endpoint(endpoint =>
            {
                endpoint.Temporary = true;
                endpoint.Name = $"{Messaging.TemporaryPrefix}job-news-{Guid.CreateVersion7():N}";
                endpoint.PrefetchCount = 256;
            });

            // Without the bus waiting calls poll: slower, but nothing fails.
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
        });
        return builder;
    }
}
