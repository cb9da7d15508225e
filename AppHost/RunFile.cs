using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MjAspire.AppHost;

/// <summary>
/// Tells scripts where everything is, once every service is healthy: <c>.mj/run.json</c>, readable by its owner only, gone when the application is.
/// <code>{"gateway":"http://localhost:8080","ingress":"http://localhost:8081","dashboard":"http://localhost:18888","apiKey":"...","sandbox":"http://localhost:8085"}</code>
/// </summary>
internal sealed class RunFile(
    string path, IReadOnlyList<ProjectResource> services, Func<CancellationToken, Task<object>> describe, ResourceNotificationService resources, TimeProvider time)
    : BackgroundService
{
    /// <summary>Aspire asks a service that is not healthy yet after 1, 2, 3 … seconds, which would add up.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        File.Delete(path);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        File.Delete(path);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Task.WhenAll(services.Select(service => HealthyAsync(service, http, stoppingToken)));
        PrivateFile.Write(path, JsonSerializer.Serialize(await describe(stoppingToken), JsonSerializerOptions.Web));
    }

    private async Task HealthyAsync(ProjectResource service, HttpClient http, CancellationToken cancellationToken)
    {
        await resources.WaitForResourceAsync(service.Name, KnownResourceStates.Running, cancellationToken);
        var health = new Uri(new Uri(service.GetEndpoint("http").Url), "/health");
        while (!await IsHealthyAsync())
            await Task.Delay(AskEvery, time, cancellationToken);

        async Task<bool> IsHealthyAsync()
        {
            try
            {
                using var answer = await http.GetAsync(health, cancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return false; // it starts, or starts again
            }
        }
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
            path, [.. builder.Resources.OfType<ProjectResource>()], Describe, provider.GetRequiredService<ResourceNotificationService>(), provider.GetRequiredService<TimeProvider>()));

        async Task<object> Describe(CancellationToken cancellationToken) => new
        {
            Gateway = addresses.Gateway.GetEndpoint("http").Url,
            Ingress = addresses.Ingress.GetEndpoint("http").Url,
            // A resource that Aspire itself adds at the start, if it is not turned off.
            Dashboard = builder.Resources.OfType<IResourceWithEndpoints>().FirstOrDefault(one => one.Name == "aspire-dashboard")?.GetEndpoint("http").Url,
            ApiKey = await addresses.ApiKey.Resource.GetValueAsync(cancellationToken),
            Sandbox = addresses.Sandbox?.GetEndpoint("http").Url,
        };
    }
}
