using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MjAspire.AppHost;

/// <summary>
/// Tells scripts where everything is, once the gateway and the ingress, which wait for all others, are healthy: <c>.mj/run.json</c>, readable by its owner only, gone when the application is.
/// <code>{"gateway":"http://localhost:8080","ingress":"http://localhost:8081","dashboard":"http://localhost:18888","apiKey":"...","sandbox":"http://localhost:8085"}</code>
/// </summary>
internal sealed class RunFile(
    string path, IReadOnlyList<string> services, Func<CancellationToken, Task<object>> describe, ResourceNotificationService resources)
    : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        File.Delete(path);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        File.Delete(path);
        foreach (var service in services)
            await resources.WaitForResourceHealthyAsync(service, stoppingToken);

        var text = JsonSerializer.Serialize(await describe(stoppingToken), JsonSerializerOptions.Web);
        PrivateFile.Write(path, text);
    }
}

/// <summary>What scripts want to know about.</summary>
internal sealed record Addresses(
    IResourceBuilder<ProjectResource> Gateway, IResourceBuilder<ProjectResource> Ingress, IResourceBuilder<ProjectResource>? Sandbox,
    IResourceBuilder<ParameterResource> ApiKey);

internal static class RunFileExtensions
{
    public static void WriteRunFile(this IDistributedApplicationBuilder builder, Addresses addresses)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return;

        var path = builder.StatePath("run.json");
        builder.Services.AddSingleton<IHostedService>(provider => new RunFile(
            path, [addresses.Gateway.Resource.Name, addresses.Ingress.Resource.Name], Describe,
            provider.GetRequiredService<ResourceNotificationService>()));

        // The dashboard is a resource that Aspire adds at the start.
        async Task<object> Describe(CancellationToken cancellationToken) => new
        {
            Gateway = addresses.Gateway.GetEndpoint("http").Url,
            Ingress = addresses.Ingress.GetEndpoint("http").Url,
            Dashboard = builder.Resources.OfType<IResourceWithEndpoints>().FirstOrDefault(one => one.Name == "aspire-dashboard")?.GetEndpoint("http").Url,
            ApiKey = await addresses.ApiKey.Resource.GetValueAsync(cancellationToken),
            Sandbox = addresses.Sandbox?.GetEndpoint("http").Url,
        };
    }
}
