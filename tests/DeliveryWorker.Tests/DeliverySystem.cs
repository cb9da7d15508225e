using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Contracts.Jobs;
using MjAspire.ServiceDefaults;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.DeliveryWorker.Tests;

/// <summary>The service, in one replica or more, on a database and a virtual host of its own; and an owner to act for.</summary>
internal sealed class DeliverySystem : IAsyncDisposable
{
    public const string Key = "a-key-that-is-only-for-tests";

    private readonly Dictionary<string, string?> _settings;
    private readonly List<RunningService> _replicas = [];
    private readonly Lazy<Task<IBusControl>> _bus;

    private DeliverySystem(Dictionary<string, string?> settings)
    {
        _settings = settings;
        _bus = new(async () =>
        {
            var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(new Uri(_settings["ConnectionStrings:messaging"]!)));
            await bus.StartAsync();
            return bus;
        });
    }

    public IReadOnlyDictionary<string, string?> Settings => _settings;

    /// <summary>For the replicas to come.</summary>
    public void Set(string key, string value) => _settings[key] = value;

    public Guid Owner { get; } = Guid.CreateVersion7();

    public RunningService First => _replicas[0];

    public static async Task<DeliverySystem> StartAsync(Servers servers, params (string Key, string Value)[] settings)
    {
        var system = await PrepareAsync(servers, settings);
        await system.AddReplicaAsync();
        return system;
    }

    /// <summary>Everything but the service itself.</summary>
    public static async Task<DeliverySystem> PrepareAsync(Servers servers, params (string Key, string Value)[] settings)
    {
        var own = settings.ToDictionary(setting => setting.Key, setting => setting.Value);
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:deliveries"] = own.GetValueOrDefault("ConnectionStrings:deliveries") ?? await servers.CreateDatabaseAsync(),
            ["ConnectionStrings:messaging"] = own.GetValueOrDefault("ConnectionStrings:messaging") ?? await servers.CreateVirtualHostAsync(),
            ["Internal:Key"] = Key,
            ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None", // it is asked until it is healthy
            ["Outbound:AllowedNetworks"] = "127.0.0.0/8",
            ["Delivery:PollInterval"] = "0:00:00.1",
            ["Delivery:RetrySchedule"] = "0:00:00.05, 0:00:00.05, 0:00:00.05",
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        return new(all);
    }

    public async Task AddReplicaAsync(Action<IServiceCollection>? configure = null)
    {
        var replica = await RunningService.StartAsync<Program>(_settings, configure);
        await Eventually.TrueAsync(async () => (await replica.Http.GetAsync("/health")).IsSuccessStatusCode, "the service to be healthy");
        _replicas.Add(replica);
    }

    public async Task StopFirstAsync()
    {
        await First.DisposeAsync();
        _replicas.RemoveAt(0);
    }

    /// <summary>A client that speaks for an owner.</summary>
    /// <param name="address">Of the service, when it is not the first replica.</param>
    public HttpClient Http(Guid? owner = null, Uri? address = null)
    {
        var http = new HttpClient { BaseAddress = address ?? First.Address };
        http.DefaultRequestHeaders.Add(InternalHeaders.Key, Key);
        http.DefaultRequestHeaders.Add(InternalHeaders.Owner, (owner ?? Owner).ToString());
        return http;
    }

    /// <summary>Returns the endpoint's id and secret.</summary>
    public Task<(Guid Id, string Secret)> AddEndpointAsync(string url, params string[] events) => AddEndpointAsync(url, Owner, First.Address, events);

    public Task<(Guid Id, string Secret)> AddEndpointAsync(string url, Guid owner, Uri address) => AddEndpointAsync(url, owner, address, ["*"]);

    private async Task<(Guid Id, string Secret)> AddEndpointAsync(string url, Guid owner, Uri address, string[] events)
    {
        using var http = Http(owner, address);
        var response = await http.PostAsJsonAsync("/api/endpoints", new { url, events });
        var created = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return (created.GetProperty("id").GetGuid(), created.GetProperty("secret").GetString()!);
    }

    /// <summary>One call of the service's interface, for this owner; the status and the JSON of the answer.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(string method, string path, object? body = null, Guid? owner = null)
    {
        using var http = Http(owner);
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default);
    }

    /// <summary>Publishes as the services do, from outside of them.</summary>
    public async Task PublishAsync(params object[] messages)
    {
        var bus = await _bus.Value;
        await Task.WhenAll(messages.Select(message => bus.Publish(message)));
    }

    /// <summary>Completes with the first message of this type from now on.</summary>
    public async Task<Task<T>> ListenAsync<T>() where T : class
    {
        var heard = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var endpoint = First.Services.GetRequiredService<IReceiveEndpointConnector>().ConnectReceiveEndpoint(
            $"heard-{typeof(T).Name}",
            (_, queue) => queue.Handler<T>(context =>
            {
                heard.TrySetResult(context.Message);
                return Task.CompletedTask;
            }));
        await endpoint.Ready;
        return heard.Task.WaitAsync(Eventually.Patience);
    }

    /// <summary>A change of a new job, of this owner.</summary>
    public JobChanged Change(JobStatus status = JobStatus.Done, JobStatus? previous = JobStatus.Running, int sequence = 5) => new()
    {
        JobId = Guid.CreateVersion7(),
        OwnerId = Owner,
        Kind = JobKind.Image,
        Operation = "imagine",
        Status = status,
        PreviousStatus = previous,
        Sequence = sequence,
        Progress = status == JobStatus.Done ? 100 : 40,
        OccurredAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
    };

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(_settings["ConnectionStrings:deliveries"]);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    /// <summary>Waits until exactly this many deliveries have each of these statuses, and none has another.</summary>
    public Task SettledAsync(params (string Status, long Count)[] expected) => Eventually.TrueAsync(
        async () => (await QueryAsync<(string, long)>("select status, count(*) from deliveries group by status")).ToHashSet().SetEquals(expected),
        $"deliveries to be {string.Join(", ", expected)}");

    public async ValueTask DisposeAsync()
    {
        if (_bus.IsValueCreated)
            await (await _bus.Value).StopAsync();
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
    }
}
