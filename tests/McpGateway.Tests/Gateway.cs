using System.Net.Http.Headers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Keys;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>A gateway with a database, a Redis and services behind it of its own: one for each class of tests.</summary>
public sealed class Gateway(Servers servers) : IAsyncLifetime
{
    public const string AdminKey = "mjk_administrator_of_the_tests";
    public const string InternalKey = "internal-key-of-the-tests";

    private RunningService? _service;
    private StubServices? _stub;
    private Dictionary<string, string?> _settings = [];

    public Uri Address => _service!.Address;

    public IServiceProvider Services => _service!.Services;

    internal StubServices Stub => _stub!;

    /// <summary>A client without a key.</summary>
    public HttpClient Anonymous => _service!.Http;

    public async ValueTask InitializeAsync()
    {
        _stub = await StubServices.StartAsync();
        _settings = new()
        {
            ["ConnectionStrings:gateway"] = await servers.CreateDatabaseAsync(),
            ["ConnectionStrings:cache"] = await servers.CreateCacheAsync(),
            ["ConnectionStrings:messaging"] = await servers.CreateVirtualHostAsync(),
            ["Internal:Key"] = InternalKey,
            ["Gateway:AdminKey"] = AdminKey,
            ["Limiting:Burst"] = "100000",
            ["services:job-service:http:0"] = _stub.Address.ToString(),
            ["services:delivery-worker:http:0"] = _stub.Address.ToString(),
            ["services:image-store:http:0"] = _stub.Address.ToString(),
        };
        _service = await RunningService.StartAsync<GatewayMetrics>(_settings);
    }

    /// <summary>What it was started with.</summary>
    internal IReadOnlyDictionary<string, string?> Settings => _settings;

    /// <summary>Another gateway on the same database, Redis and services, with some settings of its own.</summary>
    public Task<RunningService> StartAnotherAsync(params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>(_settings);
        foreach (var (key, value) in settings)
            all[key] = value;
        return RunningService.StartAsync<GatewayMetrics>(all);
    }

    /// <summary>A client with the administrator's key.</summary>
    public HttpClient CreateClient(string key = AdminKey, Uri? address = null) => new()
    {
        BaseAddress = address ?? Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>Says on the bus that a job has moved.</summary>
    public async Task PublishAsync(Guid job, Guid owner, JobStatus status = JobStatus.Done)
    {
        var bus = Services.GetRequiredService<IBus>();
        await bus.Publish(
            new JobChanged
            {
                JobId = job,
                OwnerId = owner,
                Kind = JobKind.Image,
                Operation = "imagine",
                Status = status,
                Sequence = 2,
                Progress = 100,
                OccurredAt = TimeProvider.System.GetUtcNow(),
            },
            TestContext.Current.CancellationToken);
    }

    /// <summary>A key of another owner, as the database holds it, and its text.</summary>
    internal async Task<(ApiKey Key, string Text)> CreateKeyAsync(Func<ApiKey, ApiKey>? change = null)
    {
        var key = new ApiKey { Id = Guid.CreateVersion7(), OwnerId = Guid.CreateVersion7(), Name = "test", Scopes = Scopes.All };
        key = change?.Invoke(key) ?? key;
        var text = ApiKey.NewText();
        await Services.GetRequiredService<ApiKeyTable>().PutAsync(key, text, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
        return (key, text);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        if (_stub is not null)
            await _stub.DisposeAsync();
    }
}
