using System.Net;
using System.Net.Sockets;
using Npgsql;
using RabbitMQ.Client;

namespace MjAspire.Bench.Harness;

/// <summary>Servers, services and baselines of one path, on ports and data of their own. All of it goes when the path is done.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>Shared by the services, as in production.</summary>
    public const string InternalKey = "bench-internal-key-0123456789", TokenKey = "bench-token-key-0123456789", LinkKey = "bench-link-key-0123456789", ApiKey = "bench-api-key-0123456789";

    private static readonly string[] Databases = ["jobs", "deliveries", "images", "gateway", "callbacks", "baseline"];

    private readonly string _folder = Path.Combine(Checkout.State, $"{Guid.CreateVersion7():N}");
    private readonly List<Child> _children = [];
    private int _postgres, _redis, _rabbit;

    public Child PostgresServer { get; private set; } = null!;

    public Child RedisServer { get; private set; } = null!;

    public Child RabbitServer { get; private set; } = null!;

    public string Redis => $"127.0.0.1:{_redis}";

    public string Rabbit => $"amqp://guest:guest@127.0.0.1:{_rabbit}";

    public string Folder => _folder;

    public string Postgres(string database) => $"Host=127.0.0.1;Port={_postgres};Username=postgres;Database={database}";

    public string PostgresUrl(string database) => $"postgres://postgres@127.0.0.1:{_postgres}/{database}";

    /// <summary>The three servers by their scripts, as <c>make run</c> has them without containers.</summary>
    public static async Task<Stage> StartAsync()
    {
        var stage = new Stage();
        try
        {
            await stage.StartServersAsync();
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
        return stage;
    }

    /// <summary>A service of ours as it is deployed: its own process, its own settings.</summary>
    public async Task<Child> ServiceAsync(string project, params (string Key, string Value)[] settings)
    {
        var assembly = Path.Combine(Checkout.Root, "services", project, "bin", Checkout.Configuration, "net10.0", $"{project}.dll");
        if (!File.Exists(assembly))
            throw new BenchException($"{project} is not built. Use make bench, which builds it.");
        return await HttpAsync(project, ["dotnet", assembly], "/health", settings);
    }

    /// <summary>A hand-written server of this project, in a process of its own.</summary>
    public Task<Child> BaselineAsync(string name, params (string Key, string Value)[] settings) =>
        HttpAsync($"baseline {name}", ["dotnet", Path.Combine(Checkout.Root, "bench", "bin", Checkout.Configuration, "net10.0", "Bench.dll"), "serve", name], "/alive", settings);

    /// <summary>A server or worker from npm.</summary>
    public Child Node(string name, IReadOnlyList<string> arguments, Dictionary<string, string>? environment = null, Uri? address = null)
    {
        var child = Child.Start(name, isService: true, Path.Combine(_folder, "logs"), [Npm.Node, .. arguments], environment ?? [], address);
        _children.Add(child);
        return child;
    }

    public NpgsqlDataSource Database(string name) => NpgsqlDataSource.Create(Postgres(name) + ";Command Timeout=300");

    /// <summary>Free now, and below the range the kernel hands out by itself, so that it stays free.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(11_000, 30_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Services before the servers they use.
        _children.Reverse();
        foreach (var child in _children)
            await child.DisposeAsync();
        // The logs stay until the next run: they say why something went wrong.
        foreach (var data in Directory.EnumerateDirectories(_folder).Where(folder => Path.GetFileName(folder) != "logs"))
            Directory.Delete(data, recursive: true);
    }

    /// <summary>Ends one before the others.</summary>
    public async Task StopAsync(Child child)
    {
        _children.Remove(child);
        await child.DisposeAsync();
    }

    private async Task<Child> HttpAsync(string name, IReadOnlyList<string> command, string health, (string Key, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var environment = Everyone(address);
        foreach (var (key, value) in settings)
            environment[key] = value;
        var child = Child.Start(name, isService: true, Path.Combine(_folder, "logs"), command, environment, address);
        _children.Add(child);
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        await child.ReadyAsync(async () =>
        {
            try
            {
                return (await http.GetAsync(health)).IsSuccessStatusCode;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        });
        return child;
    }

    private Dictionary<string, string> Everyone(Uri address)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = address.AbsoluteUri,
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__cache"] = Redis,
            ["ConnectionStrings__messaging"] = Rabbit,
            ["Internal__Key"] = InternalKey,
            ["Webhooks__TokenKey"] = TokenKey,
            ["Images__LinkKey"] = LinkKey,
            ["Images__PublicUrl"] = "http://127.0.0.1:9",
            ["Webhooks__PublicUrl"] = "http://127.0.0.1:9",
            ["Midjourney__BaseUrl"] = "http://127.0.0.1:9",
            ["Gateway__AdminKey"] = ApiKey,
            ["Outbound__AllowedNetworks"] = "127.0.0.0/8",
            ["Blobs__Path"] = Path.Combine(_folder, "blobs"),
        };
        foreach (var database in Databases)
            settings[$"ConnectionStrings__{database}"] = Postgres(database);
        return settings;
    }

    private async Task StartServersAsync()
    {
        (_postgres, _redis, _rabbit) = (FreePort(), FreePort(), FreePort());
        PostgresServer = Server("postgres", _postgres, Databases);
        RedisServer = Server("redis", _redis);
        RabbitServer = Server("rabbitmq", _rabbit);
        await RedisServer.ReadyAsync(() => ListensAsync(_redis));
        await PostgresServer.ReadyAsync(() => ListensAsync(_postgres));
        await RabbitServer.ReadyAsync(async () =>
        {
            try
            {
                await using var connection = await new ConnectionFactory { Uri = new(Rabbit) }.CreateConnectionAsync();
                return true;
            }
            catch (Exception error) when (error is RabbitMQ.Client.Exceptions.BrokerUnreachableException)
            {
                return false;
            }
        });
    }

    private Child Server(string kind, int port, params string[] more)
    {
        var child = Child.Start(
            kind, isService: false, Path.Combine(_folder, "logs"),
            [Path.Combine(Checkout.Root, "eng/servers", kind), Path.Combine(_folder, kind), $"{port}", .. more], new Dictionary<string, string>());
        _children.Add(child);
        return child;
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
