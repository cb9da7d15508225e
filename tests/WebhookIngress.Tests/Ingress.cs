using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MjAspire.Contracts.Webhooks;
using MjAspire.ServiceDefaults;
using MjAspire.Testing;

[assembly: AssemblyFixture(typeof(Servers))]

namespace MjAspire.WebhookIngress.Tests;

/// <summary>The ingress in process, with real servers, and a queue behind it that keeps what arrives.</summary>
internal sealed class Ingress : IAsyncDisposable
{
    public const string TokenKey = "the token key of these tests";
    public const string InternalKey = "a key for the tests only";
    private readonly RunningService _service;
    private readonly string _messaging;
    private IBusControl? _queue;

    private Ingress(RunningService service, string messaging) => (_service, _messaging) = (service, messaging);

    public HttpClient Http => _service.Http;

    public Uri Address => _service.Address;

    public ConcurrentQueue<ProviderCallbackReceived> Queued { get; } = [];

    /// <summary>Of <see cref="Queued"/>, what the broker had handed out before and says so: one message read twice.</summary>
    public int HandedOutAgain { get; private set; }

    public static async Task<Ingress> StartAsync(
        Servers servers, string? messaging = null, string? cache = null, string? database = null, bool listen = true, ILoggerProvider? logs = null, params (string, string)[] settings)
    {
        messaging ??= await servers.CreateVirtualHostAsync();
        var all = new Dictionary<string, string?>
        {
            ["Internal:Key"] = InternalKey,
            ["ConnectionStrings:messaging"] = messaging,
            ["ConnectionStrings:cache"] = cache ?? await servers.CreateCacheAsync(),
            ["ConnectionStrings:callbacks"] = database ?? await servers.CreateDatabaseAsync(),
            // Tests of one assembly share the Redis, and this address.
            ["Webhooks:Limits:Refused:Burst"] = "0",
            ["Webhooks:Limits:Refused:PerMinute"] = "0",
            ["Webhooks:TokenKey"] = TokenKey,
        };
        foreach (var (key, value) in settings)
            all[key] = value;

        var service = await RunningService.StartAsync<Program>(all, services =>
        {
            if (logs is not null)
                services.AddSingleton(logs);
        });
        var ingress = new Ingress(service, messaging);
        if (listen)
            await ingress.ListenAsync();
        await Eventually.TrueAsync(async () => (await ingress.Http.GetAsync("/health")).IsSuccessStatusCode, "the ingress to be healthy");
        return ingress;
    }

    /// <summary>Declares the queue a job service would have, and keeps what arrives.</summary>
    /// <param name="quorum">As the services' are. One that is killed in the moment of its birth takes its time to come back, so tests of an outage do without.</param>
    public async Task ListenAsync(bool quorum = false)
    {
        _queue = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(_messaging));
            rabbit.ReceiveEndpoint("received", endpoint =>
            {
                endpoint.ConcurrentMessageLimit = 1; // one after the other: who waits for the last has them all
                if (quorum)
                    endpoint.SetQuorumQueue();
                endpoint.Handler<ProviderCallbackReceived>(context =>
                {
                    if (context.ReceiveContext.Redelivered && Queued.Any(read => (read.CallbackId, read.ReceivedAt) == (context.Message.CallbackId, context.Message.ReceivedAt)))
                        HandedOutAgain++;
                    Queued.Enqueue(context.Message);
                    return Task.CompletedTask;
                });
            });
        });
        await _queue.StartAsync();
    }

    public static string Token(Guid? jobId = null, DateTimeOffset? expiresAt = null, ActivityContext trace = default, string key = TokenKey) =>
        CallbackToken.Create(key, jobId ?? Guid.CreateVersion7(), expiresAt ?? TimeProvider.System.GetUtcNow().AddHours(1), trace);

    public Task<HttpResponseMessage> PostAsync(string token, string body = """{"id":"1","status":"SUCCESS"}""", string provider = "midjourney") =>
        Http.PostAsync($"/webhook/{provider}/{token}", new StringContent(body, Encoding.UTF8, "application/json"));

    public Task<HttpResponseMessage> PostAsync(string token, byte[] body, bool chunked = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/webhook/midjourney/{token}")
        {
            Content = chunked ? new StreamContent(new Unseekable(body)) : new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        return Http.SendAsync(request);
    }

    /// <summary>To <c>/webhook/{provider}</c>, or another path, with headers.</summary>
    public async Task<HttpResponseMessage> SendAsync(string path, string body = """{"id":"1","status":"SUCCESS"}""", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    /// <summary>As the gateway would for an administrator.</summary>
    public async Task<JsonObject> AdminAsync(HttpMethod method, string path, object? body = null, HttpStatusCode expect = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add(InternalHeaders.Key, InternalKey);
        using var answer = await Http.SendAsync(request);
        Assert.Equal(expect, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public async Task<HttpStatusCode> AskAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(InternalHeaders.Key, InternalKey);
        using var answer = await Http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>The history, newest first, once it has so many entries.</summary>
    public async Task<IReadOnlyList<JsonObject>> HistoryAsync(int count, string query = "")
    {
        List<JsonObject> found = [];
        await Eventually.TrueAsync(async () =>
        {
            found = [.. (await AdminAsync(HttpMethod.Get, $"/api/callbacks?limit=100{query}"))["callbacks"]!.AsArray().Select(entry => entry!.AsObject())];
            return found.Count >= count;
        }, () => $"{count} entries in the history; there are {found.Count}: {string.Join(", ", found.Select(entry => entry["outcome"]))}");
        return found;
    }

    public Task QueuedAsync(int count) => Eventually.TrueAsync(() => Queued.Count >= count, $"{count} callbacks in the queue");

    /// <summary>What comes behind this one in the queue would have come by now: nothing else was queued before it.</summary>
    public async Task NothingElseThanAsync(int count)
    {
        const string last = "\"the last\"";
        using var answer = await PostAsync(Token(), last);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Eventually.TrueAsync(() => Queued.Any(callback => Encoding.UTF8.GetString(callback.Body) == last), "the last callback");
        Assert.Equal(count + 1, Queued.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        if (_queue is not null)
            await _queue.StopAsync(TimeSpan.FromSeconds(10));
    }

    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
