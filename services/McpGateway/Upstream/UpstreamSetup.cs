using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Webhooks;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Upstream;

internal static class UpstreamSetup
{
    /// <summary>The services that tools ask besides JobService. A push answers after the first attempts, which may take 10 s.</summary>
    public static WebApplicationBuilder AddUpstreams(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Calls>();
        builder.Services.AddInternalClient<ImagesClient>("image-store").ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(10));
        builder.Services.AddInternalClient<WebhooksClient>("delivery-worker").ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(20));
        return builder;
    }
}
