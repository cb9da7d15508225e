using Microsoft.AspNetCore.Mvc;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Rest;

/// <summary>The gateway's HTTP interface: what it answers itself, and the routes other services own, as the outside sees them.</summary>
internal static class RestRoutes
{
    /// <summary>Bytes. A job with metadata, a webhook with a message: nothing here is large.</summary>
    public const long MaxBody = 1 << 20;

    /// <summary>Bytes. The mask in an answer is a picture.</summary>
    private const long MaxAnswer = 4 << 20;

    public static WebApplicationBuilder AddRest(this WebApplicationBuilder builder)
    {
        builder.AddCrossOrigin();
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
        MapApiJobs(api, forwarding.To("job-service"));
        MapApiWebhooks(api, forwarding.To("delivery-worker"));
        return app;
    }

    private static void MapApiJobs(RouteGroupBuilder api, RequestDelegate jobs)
    {
        api.Forward("GET", "/models", jobs).RequireScope(Scopes.Read, Scopes.Generate);
        api.Forward("POST", "/jobs", JobKinds.Guard(jobs)).RequireScope(Scopes.Generate, Scopes.Worker).LimitAs(RouteClass.Generate);
        api.Forward("GET", "/jobs", jobs).RequireScope(Scopes.Read, Scopes.Worker);
        api.Forward("GET", "/jobs/{id}", jobs).RequireScope(Scopes.Read, Scopes.Worker).LimitAs(RouteClass.Poll);
        api.Forward("DELETE", "/jobs/{id}", jobs).RequireScope(Scopes.Generate, Scopes.Worker);
        api.Forward("POST", "/jobs/{id}/retry", jobs).RequireScope(Scopes.Generate).LimitAs(RouteClass.Generate);
        api.Forward("POST", "/jobs/{id}/answer", jobs).RequireScope(Scopes.Generate).WithMetadata(new RequestSizeLimitAttribute(MaxAnswer));
        api.Forward("POST", "/jobs/{id}/status", jobs).RequireScope(Scopes.Worker);
        api.Forward("POST", "/jobs/{id}/complete", jobs).RequireScope(Scopes.Worker);
    }

    private static void MapApiWebhooks(RouteGroupBuilder api, RequestDelegate deliveries)
    {
        var webhooks = api.MapGroup("").RequireScope(Scopes.Webhooks);
        webhooks.Forward("POST", "/register", deliveries);
        webhooks.Forward("POST", "/unregister", deliveries);
        webhooks.Forward("GET", "/webhooks", deliveries);
        webhooks.Forward("POST", "/push", deliveries);
        webhooks.Forward("POST", "/endpoints", deliveries);
        webhooks.Forward("GET", "/endpoints", deliveries);
        webhooks.Forward("GET", "/endpoints/{id}", deliveries);
        webhooks.Forward("PATCH", "/endpoints/{id}", deliveries);
        webhooks.Forward("DELETE", "/endpoints/{id}", deliveries);
        webhooks.Forward("POST", "/endpoints/{id}/secret/rotate", deliveries);
        webhooks.Forward("POST", "/endpoints/{id}/test", deliveries);
        webhooks.Forward("GET", "/endpoints/{id}/deliveries", deliveries);
        webhooks.Forward("POST", "/endpoints/{id}/replay", deliveries);
        webhooks.Forward("GET", "/deliveries/{id}", deliveries);
        webhooks.Forward("POST", "/deliveries/{id}/replay", deliveries);
    }

    /// <summary>A route another service owns. As a handler rather than a bare delegate, so that it is documented.</summary>
    public static RouteHandlerBuilder Forward(this IEndpointRouteBuilder routes, string method, string pattern, RequestDelegate service)
    {
        Delegate handler = (HttpContext context) => service(context);
        return routes.MapMethods(pattern, [method], handler);
    }
}
