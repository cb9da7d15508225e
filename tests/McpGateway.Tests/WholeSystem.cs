using System.Reflection;
using System.Text.Json.Nodes;
using MjAspire.Contracts.Images;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>
/// The gateway with the real services behind it, each in this process. There is no image provider: jobs are made and wait; pictures are handed
/// to the store as an engine would.
/// </summary>
public sealed class WholeSystem(Servers servers) : IAsyncLifetime
{
    private readonly Gateway _gateway = new(servers);
    private readonly List<RunningService> _running = [];
    private readonly DirectoryInfo _blobs = Directory.CreateTempSubdirectory("mjaspire-gateway-");
    private Uri? _store;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Takes webhooks, and questions to an engine.</summary>
    public Uri Receiver => _gateway.Stub.Address;

    public async ValueTask InitializeAsync()
    {
        await _gateway.InitializeAsync();
        var messaging = await servers.CreateVirtualHostAsync();
        Dictionary<string, string?> common = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings:messaging"] = messaging,
            ["Internal:Key"] = Gateway.InternalKey,
            ["Images:PublicUrl"] = "http://gateway.example",
            ["Images:LinkKey"] = "link-key-of-the-tests",
            ["Outbound:AllowedNetworks"] = "127.0.0.0/8",
        };
        var images = StartAsync("ImageStore", new(common)
        {
            ["ConnectionStrings:images"] = await servers.CreateDatabaseAsync(),
            ["Blobs:Path"] = _blobs.FullName,
        });
        var deliveries = StartAsync("DeliveryWorker", new(common) { ["ConnectionStrings:deliveries"] = await servers.CreateDatabaseAsync() });
        _store = await images;
        var jobs = StartAsync("JobService", new(common)
        {
            ["ConnectionStrings:jobs"] = await servers.CreateDatabaseAsync(),
            ["Webhooks:PublicUrl"] = "http://ingress.example",
            ["Webhooks:TokenKey"] = "token-key-of-the-tests",
            ["Midjourney:BaseUrl"] = "http://127.0.0.1:9",
            ["OpenAi:BaseUrl"] = Receiver.ToString(), // accepts every key, and is not the default
            ["services:image-store:http:0"] = _store.ToString(),
        });
        var front = await _gateway.StartAnotherAsync(
            ("ConnectionStrings:messaging", messaging), ("Images:PublicUrl", "http://gateway.example"),
            ("services:image-store:http:0", _store.ToString()),
            ("services:delivery-worker:http:0", (await deliveries).ToString()),
            ("services:job-service:http:0", (await jobs).ToString()));
        _running.Add(front);
        Http = _gateway.CreateClient(address: front.Address);
    }

    /// <summary>Hands the store a picture of a job's; its id.</summary>
    public async Task<Guid> StoreAsync(Guid job)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Checkout.Root, "docs", "pictures", "lighthouse.jpg"));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_store!, "/images"))
        {
            Content = new ByteArrayContent(bytes),
            Headers =
            {
                { "X-Internal-Key", Gateway.InternalKey },
                { "X-Owner-Id", Keys.AdminKey.Owner.ToString() },
                { ImageUpload.JobId, job.ToString() },
                { ImageUpload.Metadata, """{"operation":"imagine","prompt":"a lighthouse in a storm","layout":"grid"}""" },
            },
        };
        using var http = new HttpClient();
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        return JsonNode.Parse(answer)!["images"]![0]!["image_id"]!.GetValue<Guid>();
    }

    private async Task<Uri> StartAsync(string service, Dictionary<string, string?> settings)
    {
        var running = await RunningService.StartAsync(Assembly.Load(service), settings);
        lock (_running)
            _running.Add(running);
        return running.Address;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var running in Enumerable.Reverse(_running))
            await running.DisposeAsync();
        await _gateway.DisposeAsync();
        _blobs.Delete(recursive: true);
    }
}
