using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Contracts.Images;
using MjAspire.ServiceDefaults;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.ImageStore.Tests;

/// <summary>The whole service on real servers; the test plays the rest of the system, which sends commands and hears events.</summary>
public sealed class ImageStoreHost : IAsyncLifetime
{
    public const string LinkKey = "link-key-of-the-tests";
    private const string InternalKey = "internal-key-of-the-tests";
    private readonly ConcurrentQueue<(Guid JobId, object Event)> _events = new();
    private readonly Servers _servers;
    private readonly string _folder;
    private IBusControl? _bus;
    private RunningService? _service;
    private PictureServer? _outside;

    public ImageStoreHost(Servers servers)
        : this(servers, Path.Combine(Path.GetTempPath(), $"mjaspire-images-{Guid.CreateVersion7():N}"))
    {
    }

    /// <summary>With its blobs in this folder, which goes in the end.</summary>
    internal ImageStoreHost(Servers servers, string folder) => (_servers, _folder) = (servers, folder);

    /// <summary>Settings a test class wants otherwise.</summary>
    internal Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal)
    {
        ["Internal:Key"] = InternalKey,
        ["Images:LinkKey"] = LinkKey,
        ["Images:PublicUrl"] = "https://pictures.example/",
        ["Outbound:AllowedNetworks"] = "127.0.0.0/8",
        ["Checking:MaxBytes"] = "4000000",
        ["Fetching:Attempts"] = "3",
        ["Fetching:Backoff"] = "00:00:00.020",
        ["Fetching:AttemptTimeout"] = "00:00:02",
    };

    internal RunningService Service => _service!;

    internal T Part<T>() where T : notnull => Service.Services.GetRequiredService<T>();

    internal PictureServer Outside => _outside!;

    /// <summary>Blobs:Path.</summary>
    internal string Folder => _folder;

    public async ValueTask InitializeAsync()
    {
        _outside = await PictureServer.StartAsync();
        var messaging = await _servers.CreateVirtualHostAsync();
        Settings["ConnectionStrings:images"] = await _servers.CreateDatabaseAsync();
        Settings["ConnectionStrings:messaging"] = messaging;
        Settings["Blobs:Path"] = _folder;

        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(messaging));
            rabbit.ReceiveEndpoint("everyone-else", endpoint =>
            {
                endpoint.Handler<ImagesStored>(context => Hear(context.Message.JobId, context.Message));
                endpoint.Handler<ImagesFailed>(context => Hear(context.Message.JobId, context.Message));
            });
        });
        await _bus.StartAsync();
        _service = await StartReplicaAsync();
    }

    internal async Task StopServiceAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        _service = null;
    }

    /// <summary>One more of the same service.</summary>
    internal async Task<RunningService> StartReplicaAsync(params (string Key, string Value)[] otherwise)
    {
        var settings = new Dictionary<string, string?>(Settings, StringComparer.Ordinal);
        foreach (var (key, value) in otherwise)
            settings[key] = value;
        var service = await RunningService.StartAsync<Program>(settings);
        await Eventually.TrueAsync(async () => (await service.Http.GetAsync("/health")).IsSuccessStatusCode, "the service to be healthy");
        return service;
    }

    internal static StoreImages Command(params ImageSource[] sources) => new()
    {
        JobId = Guid.CreateVersion7(),
        OwnerId = Guid.CreateVersion7(),
        Prompt = "a lighthouse at dawn",
        Model = "sandbox",
        Operation = "imagine",
        Sources = sources,
    };

    /// <summary>For a job of one picture that the outside has.</summary>
    internal StoreImages CommandFor(byte[] picture, ImageLayout layout = ImageLayout.Whole, string contentType = "image/png") =>
        Command(new ImageSource(Outside.Link(picture, contentType), layout));

    internal Task SendAsync(StoreImages command) => _bus!.Publish(command);

    /// <summary>What was said of a job, once it is at least so many things.</summary>
    internal Task<object[]> HearAsync(Guid jobId, int count = 1, TimeSpan? patience = null) => Eventually.GetAsync(
        () =>
        {
            var events = _events.Where(heard => heard.JobId == jobId).Select(heard => heard.Event).ToArray();
            return Task.FromResult(events.Length >= count ? events : null);
        },
        $"{count} events of the job", patience);

    internal async Task<ImagesStored> StoreAsync(StoreImages command)
    {
        await SendAsync(command);
        return Assert.IsType<ImagesStored>((await HearAsync(command.JobId))[0]);
    }

    internal async Task<ImagesFailed> FailAsync(StoreImages command)
    {
        await SendAsync(command);
        return Assert.IsType<ImagesFailed>((await HearAsync(command.JobId))[0]);
    }

    /// <summary>A grid of the owner's, stored.</summary>
    internal async Task<(ImagesStored Stored, Guid OwnerId)> StoreGridAsync(byte[] picture)
    {
        var command = CommandFor(picture, ImageLayout.Grid);
        return (await StoreAsync(command), command.OwnerId);
    }

    /// <summary>A call as another service makes it.</summary>
    internal Task<HttpResponseMessage> CallAsync(
        Guid ownerId, string path, RunningService? replica = null, CancellationToken? leaving = null) =>
        CallAsync(new HttpRequestMessage(HttpMethod.Get, path), ownerId, replica, leaving);

    internal Task<HttpResponseMessage> CallAsync(
        HttpRequestMessage request, Guid ownerId, RunningService? replica = null, CancellationToken? leaving = null)
    {
        request.Headers.Add(InternalHeaders.Key, InternalKey);
        request.Headers.Add(InternalHeaders.Owner, ownerId.ToString());
        return (replica ?? Service).Http.SendAsync(request, leaving ?? TestContext.Current.CancellationToken);
    }

    /// <summary>The JSON that answers a call, which is to go well.</summary>
    internal async Task<JsonElement> AskAsync(Guid ownerId, string path, HttpMethod? method = null, object? body = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await CallAsync(request, ownerId);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    /// <summary>A statement on the service's database: what only time would do otherwise.</summary>
    internal async Task ExecuteAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(Settings["ConnectionStrings:images"]!);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Uploads a picture, as an engine's answer comes.</summary>
    internal Task<HttpResponseMessage> UploadAsync(
        Guid ownerId, Guid jobId, HttpContent body, string? metadata = """{"operation":"imagine"}""", string? index = null, RunningService? replica = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/images") { Content = body };
        request.Headers.Add(ImageUpload.JobId, jobId.ToString());
        if (metadata is not null)
            request.Headers.TryAddWithoutValidation(ImageUpload.Metadata, metadata);
        if (index is not null)
            request.Headers.Add(ImageUpload.Index, index);
        return CallAsync(request, ownerId, replica);
    }

    /// <summary>A service of its own process, which can be killed and measured; it listens nowhere anyone knows.</summary>
    internal Process StartProcess(params string[] more)
    {
        string[] settings = [.. Settings.Select(setting => $"--{setting.Key}={setting.Value}"), "--Logging:LogLevel:Default=None", .. more];
        return Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Program).Assembly.Location, "--urls=http://127.0.0.1:0", .. settings]))!;
    }

    internal static async Task<string?> CodeOf(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    /// <summary>Files below Blobs:Path, drafts included.</summary>
    internal string[] Files() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);

    public async ValueTask DisposeAsync()
    {
        await StopServiceAsync();
        if (_bus is not null)
            await _bus.StopAsync();
        if (_outside is not null)
            await _outside.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private Task Hear(Guid jobId, object happening)
    {
        _events.Enqueue((jobId, happening));
        return Task.CompletedTask;
    }
}
