using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;
using MjAspire.Contracts.Webhooks;
using MjAspire.ServiceDefaults;
using MjAspire.Testing;

namespace MjAspire.JobService.Tests;

/// <summary>JobService with a database and a virtual host of its own, a relay, and ears on the bus.</summary>
internal sealed class JobsUnderTest : IAsyncDisposable
{
    private const string InternalKey = "internal-key-of-the-tests";
    private readonly IBusControl _bus;
    private readonly RunningService _service;

    private JobsUnderTest(RunningService service, Relay relay, IBusControl bus) => (_service, Relay, _bus) = (service, relay, bus);

    public Guid Owner { get; } = Guid.CreateVersion7();

    public Relay Relay { get; }

    /// <summary>Connection string.</summary>
    public string Database { get; private init; } = "";

    /// <summary>A client without the internal key.</summary>
    public HttpClient Anonymous => _service.Http;

    public ConcurrentQueue<JobChanged> Changes { get; } = new();

    public ConcurrentQueue<StoreImages> StoreCommands { get; } = new();

    /// <summary>What the service is made of, for looking inside.</summary>
    public IServiceProvider Services => _service.Services;

    public T Service<T>() where T : notnull => Services.GetRequiredService<T>();

    public static Task<JobsUnderTest> StartAsync(Servers servers, string? messaging = null, params (string Key, string Value)[] settings) =>
        StartAsync(servers, configure: null, messaging, settings);

    public static async Task<JobsUnderTest> StartAsync(
        Servers servers, Action<IServiceCollection>? configure, string? messaging, params (string Key, string Value)[] settings)
    {
        var relay = await Relay.StartAsync();
        var address = messaging ?? await servers.CreateVirtualHostAsync();
        var configuration = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:jobs"] = await servers.CreateDatabaseAsync(),
            ["ConnectionStrings:messaging"] = address,
            ["Internal:Key"] = InternalKey,
            ["Webhooks:PublicUrl"] = "http://ingress.example",
            ["Webhooks:TokenKey"] = "token-key-of-the-tests",
            ["Images:PublicUrl"] = "http://gateway.example",
            ["Images:LinkKey"] = "link-key-of-the-tests",
            ["Midjourney:BaseUrl"] = relay.Address.AbsoluteUri,
        };
        foreach (var (key, value) in settings)
            configuration[key] = value;

        JobsUnderTest? tested = null;
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(address));
            rabbit.ReceiveEndpoint("ears-of-the-test", ears =>
            {
                ears.Handler<JobChanged>(context => { tested!.Changes.Enqueue(context.Message); return Task.CompletedTask; });
                ears.Handler<StoreImages>(context => { tested!.StoreCommands.Enqueue(context.Message); return Task.CompletedTask; });
            });
        });
        var service = await RunningService.StartAsync<JobMetrics>(configuration, configure);
        tested = new(service, relay, bus) { Database = configuration["ConnectionStrings:jobs"]! };
        await bus.StartAsync();
        return tested;
    }

    public Task<HttpResponseMessage> PostAsync(object body, string? key = null, Guid? owner = null) => PostAsync("/api/jobs", body, key, owner);

    public async Task<HttpResponseMessage> PostAsync(string path, object body, string? key = null, Guid? owner = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await SendAsync(request, owner);
    }

    public Task<Guid> CreateAsync(string prompt = "a fox in the snow") => CreateImageAsync(new { prompt });

    public async Task<Guid> CreateImageAsync(object input)
    {
        using var response = await PostAsync(new { kind = "image", input_data = input });
        var json = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>();
        return json!["job_id"]!.GetValue<Guid>();
    }

    public async Task<Guid> CreateExternalAsync(object? input = null)
    {
        using var response = await PostAsync(new { input_data = input ?? new { a = 1 } });
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["job_id"]!.GetValue<Guid>();
    }

    /// <summary>Posts to <c>/api/jobs/{id}/{what}</c> and insists on success.</summary>
    public async Task ChangeAsync(Guid id, string what, object body)
    {
        using var response = await PostAsync($"/api/jobs/{id}/{what}", body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonObject> ListAsync(string query)
    {
        using var response = await GetAsync($"/api/jobs?{query}");
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public async Task<HttpResponseMessage> DeleteAsync(string path, Guid? owner = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        return await SendAsync(request, owner);
    }

    public async Task<HttpResponseMessage> PutAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        return await SendAsync(request, owner: null);
    }

    public async Task<HttpResponseMessage> GetAsync(string path, Guid? owner = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, owner);
    }

    /// <summary>The job as its owner sees it.</summary>
    public async Task<JsonObject> JobAsync(Guid id)
    {
        using var response = await GetAsync($"/api/jobs/{id}?include_history=true");
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public Task<JsonObject> JobWhenAsync(Guid id, string status) => Eventually.GetAsync(
        async () => await JobAsync(id) is var job && job["job"]!["status"]!.GetValue<string>() == status ? job : null, $"the job to be {status}");

    public Task<JsonObject> JobAtStepAsync(Guid id, string step) => Eventually.GetAsync(
        async () => await JobAsync(id) is var job && job["job"]!["progress"]!["current_step"]?.GetValue<string>() == step ? job : null,
        $"the job to be {step}");

    /// <summary>What the ingress would publish.</summary>
    public Task CallBackAsync(Guid job, object task) => _bus.Publish(new ProviderCallbackReceived
    {
        CallbackId = Guid.CreateVersion7(),
        Provider = "midjourney",
        JobId = job,
        ReceivedAt = TimeProvider.System.GetUtcNow(),
        ContentType = "application/json",
        Body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(task)),
    });

    /// <summary>What ImageStore would publish.</summary>
    public Task PublishAsync<T>(T message) where T : class => _bus.Publish(message);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _bus.StopAsync();
        await Relay.DisposeAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Guid? owner)
    {
        request.Headers.Add(InternalHeaders.Key, InternalKey);
        request.Headers.Add(InternalHeaders.Owner, (owner ?? Owner).ToString());
        return await _service.Http.SendAsync(request);
    }
}
