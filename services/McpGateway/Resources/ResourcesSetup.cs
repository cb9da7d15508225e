namespace MjAspire.McpGateway.Resources;

internal static class ResourcesSetup
{
    public static IMcpServerBuilder WithProductResources(this IMcpServerBuilder server)
    {
        server.Services.AddTransient<RecentResources>().AddTransient<ResourceSubscriptions>().AddTransient<SubscribedJobs>().AddTransient<Listening>();
        return server
            .WithResources<ProductResources>()
            .WithListResourcesHandler((request, cancellationToken) => request.Services!.GetRequiredService<RecentResources>().ListAsync(request, cancellationToken))
            .WithCompleteHandler((request, cancellationToken) => request.Services!.GetRequiredService<RecentResources>().CompleteAsync(request, cancellationToken))
            .WithSubscribeToResourcesHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ResourceSubscriptions>().SubscribeAsync(request, cancellationToken))
            .WithUnsubscribeFromResourcesHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ResourceSubscriptions>().UnsubscribeAsync(request, cancellationToken))
            .WithSubscriptionsListenHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<Listening>().ListenAsync(request, cancellationToken));
    }
}
