using System.Net.Http.Headers;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using Npgsql;

// Arguments of commands are marked as an evaluation in this version of Aspire.
#pragma warning disable ASPIREINTERACTION001

namespace MjAspire.EndToEnd.Tests;

/// <summary>The whole application, every service and server of it, on ports and data of its own.</summary>
/// <param name="settings">For the AppHost, <c>Sandbox:DelayMs=500</c>.</param>
public abstract class Application(params IReadOnlyList<string> settings) : IAsyncLifetime
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(4);
    private static readonly string[] Services = ["mcp-gateway", "webhook-ingress", "job-service", "image-store", "delivery-worker", "sandbox"];
    private static readonly bool Keep = Environment.GetEnvironmentVariable("MJ_KEEP") is not null;
    private static int _count;

    /// <summary>
    /// Everything it writes: data, pictures. Gone with it, unless <c>MJ_KEEP</c> is set, which also prints what every process says: a failed run is
    /// understood from there.
    /// </summary>
    public string State { get; } = Path.Combine(Path.GetTempPath(), $"mjaspire-e2e-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");

    public string ApiKey { get; private set; } = "";

    public Uri Gateway { get; private set; } = null!;

    public Uri Ingress { get; private set; } = null!;

    public Uri Sandbox { get; private set; } = null!;

    /// <summary>With <see cref="HasDashboard"/>.</summary>
    public Uri Dashboard => App.GetEndpoint("aspire-dashboard", "http");

    /// <summary>Whether it has a dashboard, to ask for traces.</summary>
    protected bool HasDashboard { get; init; }

    protected DistributedApplication App { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(StartPatience);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--Infrastructure:Mode=Processes", $"--State:Directory={State}", "--Sandbox:Size=256", .. settings],
            (options, _) =>
            {
                options.DisableDashboard = !HasDashboard;
                options.EnableResourceLogging = Keep; // what every process says; nobody reads it unless a test fails
            },
            patience.Token);
        Configure(builder);

        App = await builder.BuildAsync(patience.Token);
        await App.StartAsync(patience.Token);
        await HealthyAsync(patience.Token);

        Gateway = App.GetEndpoint("mcp-gateway", "http");
        Ingress = App.GetEndpoint("webhook-ingress", "http");
        Sandbox = App.GetEndpoint("sandbox", "http");
        var key = App.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ParameterResource>().Single(p => p.Name == "api-key");
        ApiKey = await key.GetValueAsync(patience.Token) ?? throw new InvalidOperationException("There is no API key.");
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await App.DisposeAsync();
        if (!Keep && Directory.Exists(State))
            Directory.Delete(State, recursive: true);
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

    /// <summary>A service's own database, to look whether what is told is true.</summary>
    public async Task<NpgsqlDataSource> DatabaseAsync(string name) =>
        NpgsqlDataSource.Create(await App.GetConnectionStringAsync(name) ?? throw new InvalidOperationException($"There is no database '{name}'."));

    /// <summary>Does what the dashboard's button does.</summary>
    public async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        var model = App.Services.GetRequiredService<DistributedApplicationModel>();
        return await App.ResourceCommands.ExecuteCommandAsync(model.Resources.Single(one => one.Name == resource), command, arguments, cancellationToken);
    }

    /// <summary>The first state of a resource, from now on, that is as wanted.</summary>
    public async Task<CustomResourceSnapshot> StateAsync(string resource, Func<CustomResourceSnapshot, bool> wanted, CancellationToken cancellationToken) =>
        (await App.ResourceNotifications.WaitForResourceAsync(resource, happened => wanted(happened.Snapshot), cancellationToken)).Snapshot;

    /// <summary>Every service is up and has what it needs.</summary>
    public async Task HealthyAsync(CancellationToken cancellationToken)
    {
        foreach (var service in Services)
            await App.ResourceNotifications.WaitForResourceHealthyAsync(service, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);
    }

    /// <summary>Settings of services that the AppHost has none for: times too long for a test.</summary>
    protected virtual void Configure(IDistributedApplicationTestingBuilder builder)
    {
    }
}

/// <summary>The application with a relay of one dialect and times short enough to see a job given up; nothing else is different from <c>make run</c>.</summary>
public abstract class RelayApplication(string dialect, params IReadOnlyList<string> settings) : Application(
    [$"--Sandbox:Dialect={dialect}", "--Sandbox:DelayMs=500", "--Sandbox:SlowMs=2000", .. settings])
{
    protected override void Configure(IDistributedApplicationTestingBuilder builder)
    {
        builder.CreateResourceBuilder<ProjectResource>("job-service")
            .WithEnvironment("Jobs__Deadline", "00:00:30")
            .WithEnvironment("Jobs__SubmitGrace", "00:00:15")
            .WithEnvironment("Jobs__FirstCheck", "00:00:02");
        builder.CreateResourceBuilder<ProjectResource>("mcp-gateway").WithEnvironment("Limiting__Burst", "1000");
    }
}

/// <summary>
/// With buttons and windows, as trueai-org/midjourney-proxy, and with the dashboard. One model is had from two accounts, of which the first has no
/// quota left and the second takes what the first cannot.
/// </summary>
public sealed class ActionApplication : RelayApplication
{
    public ActionApplication() : base(
        "Action", "--OpenAi:Accounts:spent:ApiKey=sk-exhausted", "--OpenAi:Accounts:spent:Models=sandbox-shared",
        "--OpenAi:Accounts:spare:Models=sandbox-shared", "--OpenAi:Accounts:spare:Weight=0") => HasDashboard = true;
}

/// <summary>By index only, as novicezk/midjourney-proxy.</summary>
public sealed class ChangeApplication() : RelayApplication("Change");
