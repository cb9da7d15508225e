using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Jobs;

internal static class JobsSetup
{
    public static WebApplicationBuilder AddJobs(this WebApplicationBuilder builder)
    {
        // Shorter than a tool call may take in all, so that the caller still hears why.
        builder.Services.AddInternalClient<JobsClient>("job-service").ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(10));
        builder.Services.AddTransient<JobWaiting>();
        return builder;
    }
}
