using Microsoft.AspNetCore.Mvc;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Rest;

/// <summary>The gateway's HTTP interface: what it answers itself, and the routes other services own, as the outside sees them.</summary>
internal static class RestRoutes
{
    /// <summary>Bytes. A job with metadata, a webhook with a message: nothing here is large.</summary>
    public const long MaxBody = 1 << 20;

    public static WebApplicationBuilder AddRest(this WebApplicationBuilder builder)
    {
        builder.AddCrossOrigin();
        builder.AddApiDocument();
        builder.AddDiscovery();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<InternalTransformer>().AddSingleton<Forwarding>();
        builder.Services.AddInternalClient<EmbeddedImages>("image-store");
        return builder;
    }

    public static WebApplication MapRest(this WebApplication app)
    {
        var forwarding = app.Services.GetRequiredService<Forwarding>();
        app.MapPictures();
        app.MapJobs();
        app.MapImages(forwarding.To("image-store"));

        var api = app.MapGroup("/api").WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        var jobs = forwarding.To("job-service");
        api.MapApiJobs(jobs);
        api.MapApiBatches(jobs);
        api.MapApiEngines(jobs);
        api.MapApiWebhooks(forwarding.To("delivery-worker"));
        app.MapApiDocument();
        return app;
    }
}
