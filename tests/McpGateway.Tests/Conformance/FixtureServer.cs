using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MjAspire.McpGateway.Mcp;
using MjAspire.ServiceDefaults;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tests.Conformance;

/// <summary>Our transport with the suite's own fixtures behind it, open to everyone.</summary>
public sealed class FixtureServer : IAsyncLifetime
{
    private WebApplication? _app;

    public Uri Address => new(_app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<InternalOptions>(options => options.Key = Gateway.InternalKey);
        builder.Services.AddMetrics().AddSingleton<GatewayMetrics>().AddSingleton(TimeProvider.System);
        builder.AddMcpTransport();
        builder.Services
            .AddMcpServer(server =>
            {
                server.ServerInfo = new Implementation { Name = "conformance", Version = "1.0.0" };
                server.Capabilities = new() { Logging = new() };
            })
            .WithTools<FixtureTools>().WithTools<FixtureInputs>()
            .WithResources<FixtureResources>()
            .WithPrompts<FixturePrompts>()
            .WithCompleteHandler((_, _) => ValueTask.FromResult(new CompleteResult { Completion = new() { Values = ["paris", "park", "party"], Total = 3 } }))
            .WithSubscribeToResourcesHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
            .WithUnsubscribeFromResourcesHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
            .WithSetLoggingLevelHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
            .WithCacheHints();
        _app = builder.Build();
        _app.MapMcp();
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }
}
