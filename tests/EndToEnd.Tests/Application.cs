using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;

[assembly: AssemblyFixture(typeof(MjAspire.EndToEnd.Tests.Application))]

namespace MjAspire.EndToEnd.Tests;

/// <summary>The whole application, every service and server of it, on ports and data of its own; started once for all tests.</summary>
public sealed class Application : IAsyncLifetime
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private readonly string _state = Path.Combine(Path.GetTempPath(), $"mjaspire-e2e-{Environment.ProcessId}");
    private DistributedApplication _app = null!;

    public string ApiKey { get; private set; } = "";

    public Uri Gateway { get; private set; } = null!;

    public Uri Ingress { get; private set; } = null!;

    public Uri Dashboard { get; } = new($"http://localhost:{FreePort()}");

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(StartPatience);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [
                "--Infrastructure:Mode=Processes",
                $"--State:Directory={_state}",
                "--Sandbox:DelayMs=500",
                "--Sandbox:Size=256",
                $"--ASPNETCORE_URLS={Dashboard}",
                $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:{FreePort()}",
                "--ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS=true",
                "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
            ],
            (options, _) => options.DisableDashboard = false,
            patience.Token);

        _app = await builder.BuildAsync(patience.Token);
        await _app.StartAsync(patience.Token);
        foreach (var service in new[] { "mcp-gateway", "webhook-ingress", "job-service", "image-store", "delivery-worker", "sandbox" })
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(service, patience.Token);

        Gateway = _app.GetEndpoint("mcp-gateway", "http");
        Ingress = _app.GetEndpoint("webhook-ingress", "http");
        var key = _app.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ParameterResource>().Single(p => p.Name == "api-key");
        ApiKey = await key.GetValueAsync(patience.Token) ?? throw new InvalidOperationException("There is no API key.");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (Directory.Exists(_state))
            Directory.Delete(_state, recursive: true);
    }

    /// <summary>A client of the gateway, with the administrator's key.</summary>
    public HttpClient Http() => new()
    {
        BaseAddress = Gateway,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", ApiKey) },
    };

    /// <summary>An MCP client, as an agent has one.</summary>
    public async Task<McpClient> McpAsync() => await McpClient.CreateAsync(
        new HttpClientTransport(new()
        {
            Endpoint = new Uri(Gateway, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = $"Bearer {ApiKey}" },
        }),
        cancellationToken: TestContext.Current.CancellationToken);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
