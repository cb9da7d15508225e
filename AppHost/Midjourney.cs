using MjAspire.AppHost.Dashboard;

namespace MjAspire.AppHost;

/// <summary>The image provider: a midjourney-proxy as configured, or the sandbox, which speaks like one and draws for nothing.</summary>
internal sealed record Midjourney(
    ReferenceExpression BaseUrl, IResourceBuilder<ParameterResource> ApiKey, IResourceBuilder<ProjectResource>? Sandbox);

internal static class MidjourneyExtensions
{
    /// <summary>
    /// <c>Midjourney:BaseUrl</c>; in development without it, the sandbox. The sandbox's settings (<c>Sandbox:DelayMs</c>, <c>Sandbox:Size</c>)
    /// reach it from the AppHost's own configuration.
    /// </summary>
    public static Midjourney AddMidjourney(this IDistributedApplicationBuilder builder, IResourceBuilder<ParameterResource> internalKey)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new(
                ReferenceExpression.Create($"{builder.AddParameter("midjourney-base-url").WithDescription("Address of the midjourney-proxy-compatible relay, without /mj.")}"),
                builder.AddProviderKey(), Sandbox: null);
        }

        if (builder.Configuration["Midjourney:BaseUrl"] is { Length: > 0 } address)
        {
            builder.Configuration["Parameters:midjourney-api-key"] ??= builder.Configuration["MIDJOURNEY_API_KEY"];
            return new(ReferenceExpression.Create($"{address}"), builder.AddProviderKey(), Sandbox: null);
        }

        var apiKey = builder.AddSecret("sandbox-api-key", "What the sandbox asks for where a relay asks for its key.");
        var sandbox = builder.AddProject<Projects.Sandbox>("sandbox")
            .WithEnvironment("Internal__Key", internalKey)
            .WithEnvironment("Sandbox__ApiSecret", apiKey)
            .WithOutboundNetworks()
            .WithHttpHealthCheck("/health")
            .WithDetailsOnly().WithIconName("Beaker");
        foreach (var setting in builder.Configuration.GetSection("Sandbox").GetChildren())
            sandbox.WithEnvironment($"Sandbox__{setting.Key}", setting.Value);
        return new(ReferenceExpression.Create($"{sandbox.GetEndpoint("http")}"), apiKey, sandbox);
    }

    private static IResourceBuilder<ParameterResource> AddProviderKey(this IDistributedApplicationBuilder builder) =>
        builder.AddParameter("midjourney-api-key", secret: true).WithDescription("What the relay asks for, its mj-api-secret.");

    /// <summary>Tells a service where the provider is and what it asks for.</summary>
    public static IResourceBuilder<ProjectResource> WithMidjourney(this IResourceBuilder<ProjectResource> service, Midjourney midjourney) => service
        .WithEnvironment("Midjourney__BaseUrl", midjourney.BaseUrl)
        .WithEnvironment("MIDJOURNEY_API_KEY", midjourney.ApiKey); // wins over whatever the shell has
}
