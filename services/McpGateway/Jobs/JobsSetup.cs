using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MjAspire.McpGateway.Upstream;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Jobs;

internal static class JobsSetup
{
    public static WebApplicationBuilder AddJobs(this WebApplicationBuilder builder)
    {
        builder.AddUpstreams();
        builder.Services.AddSingleton<JobNews>().AddTransient<JobWaiting>();

        // Shorter than a tool call may take in all, so that the caller still hears why.
        builder.Services.AddInternalClient<JobsClient>("job-service").ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(10));

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
