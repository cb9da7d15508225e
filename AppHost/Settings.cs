using Microsoft.Extensions.Configuration;

namespace MjAspire.AppHost;

/// <summary>What the services are told besides where the others are.</summary>
internal static class Settings
{
    /// <summary>A path below the folder for everything written at run time: <c>.mj</c>, or <c>State:Directory</c>.</summary>
    public static string StatePath(this IDistributedApplicationBuilder builder, params string[] parts)
    {
        var state = builder.Configuration["State:Directory"] ?? Path.Combine(builder.AppHostDirectory, "..", ".mj");
        return Path.GetFullPath(Path.Combine([state, .. parts]));
    }

    /// <summary>A service as the outside sees it: as configured, behind a tunnel or proxy say, or its own address.</summary>
    public static ReferenceExpression PublicUrl(this IResourceBuilder<ProjectResource> service, string setting) =>
        service.ApplicationBuilder.Configuration[setting] is { Length: > 0 } address
            ? ReferenceExpression.Create($"{address}")
            : ReferenceExpression.Create($"{service.GetEndpoint("http")}");

    /// <summary>In development everything outside is inside as well: the guard against inner addresses lets loopback pass.</summary>
    public static IResourceBuilder<ProjectResource> WithOutboundNetworks(this IResourceBuilder<ProjectResource> service) =>
        service.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? service
            : service.WithEnvironment("Outbound__AllowedNetworks", "127.0.0.0/8,::1/128");

    /// <summary>How providers prove their callbacks: <c>Webhooks:Providers</c>, handed on as it is. Published, these are settings of the service itself.</summary>
    public static IResourceBuilder<ProjectResource> WithProviders(this IResourceBuilder<ProjectResource> ingress)
    {
        if (ingress.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return ingress;
        foreach (var (name, value) in ingress.ApplicationBuilder.Configuration.GetSection("Webhooks:Providers").AsEnumerable())
        {
            if (value is not null)
                ingress.WithEnvironment(name.Replace(":", "__", StringComparison.Ordinal), value);
        }
        return ingress;
    }

    /// <summary>
    /// Where a service without a launch profile listens in development. The gateway has none: <c>dotnet run</c> says on stdout that it uses
    /// one, and with <c>--stdio</c> nothing but messages may stand there.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithDevelopmentPort(this IResourceBuilder<ProjectResource> service, int port) =>
        service.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? service.WithHttpEndpoint()
            : service.WithHttpEndpoint(port).WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development");

    /// <summary>Where pictures are kept in development.</summary>
    public static IResourceBuilder<ProjectResource> WithBlobs(this IResourceBuilder<ProjectResource> images) =>
        images.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? images
            : images.WithEnvironment("Blobs__Path", images.ApplicationBuilder.StatePath("blobs"));
}
