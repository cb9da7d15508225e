using Microsoft.AspNetCore.Mvc;

namespace MjAspire.McpGateway.Rest;

/// <summary>The routes other services own, as the outside sees them.</summary>
internal static class RestRoutes
{
    /// <summary>Bytes. A job with metadata, a webhook with a message: nothing here is large.</summary>
    public const long MaxBody = 1 << 20;

    public static WebApplicationBuilder AddForwarding(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<InternalTransformer>().AddSingleton<Forwarding>();
        return builder;
    }

    public static WebApplication MapRestRoutes(this WebApplication app)
    {
        var forwarding = app.Services.GetRequiredService<Forwarding>();
        var jobs = forwarding.To("job-service");
        var deliveries = forwarding.To("delivery-worker");
        var images = forwarding.To("image-store");

        var api = app.MapGroup("/api").WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        api.Map("/jobs/{**rest}", jobs);
        api.MapGet("/models", jobs);
        api.MapPost("/register", deliveries);
        api.MapPost("/unregister", deliveries);
        api.MapGet("/webhooks", deliveries);
        api.MapPost("/push", deliveries);
        api.Map("/endpoints/{**rest}", deliveries);
        api.Map("/deliveries/{**rest}", deliveries);

        app.MapGet("/images/{id:guid}", images);
        app.MapGet("/images/{id:guid}/content", images);

        // The signature in the link is the permission.
        app.MapMethods("/i/{id:guid}", [HttpMethods.Get, HttpMethods.Head], images).AllowAnonymous();
        return app;
    }
}
