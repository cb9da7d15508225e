using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using Xunit;

namespace MjAspire.Testing;

/// <summary>
/// Real Postgres, Redis and RabbitMQ for the tests of one assembly: <c>[assembly: AssemblyFixture(typeof(Servers))]</c>.
/// <c>make test</c> starts one set for all assemblies and names it in <c>MJ_TEST_*</c>; without these, each is started here when first asked for.
/// Tests do not meet in them: everyone asks for a database, a virtual host or a Redis database of their own.
/// </summary>
public sealed class Servers : IAsyncLifetime
{
    private readonly Lazy<Task<Server>> _postgres;
    private readonly Lazy<Task<Server>> _redis;
    private readonly Lazy<Task<Server>> _rabbit;
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"mjaspire-tests-{Environment.ProcessId}");
    private int _redisDatabases;

    public Servers()
    {
        _postgres = new(() => FindAsync("postgres", "MJ_TEST_POSTGRES",
            port => ($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres", "")));
        _redis = new(() => FindAsync("redis", "MJ_TEST_REDIS", port => ($"127.0.0.1:{port}", "")));
        _rabbit = new(() => FindAsync("rabbitmq", "MJ_TEST_RABBITMQ",
            port => ($"amqp://guest:guest@127.0.0.1:{port}", $"http://127.0.0.1:{port + 10_000}")));
    }

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var server = await _postgres.Value;
        var name = $"t{Guid.CreateVersion7():N}";
        await using var source = NpgsqlDataSource.Create(server.Address);
        await using var command = source.CreateCommand($"create database {name}");
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server.Address) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    /// <summary>The connection string of a Redis database no other test of this assembly uses; keys carry the assembly's ids anyway.</summary>
    public async Task<string> CreateCacheAsync() =>
        $"{(await _redis.Value).Address},defaultDatabase={Interlocked.Increment(ref _redisDatabases) % 16}";

    /// <summary>The address of a new, empty virtual host.</summary>
    public async Task<string> CreateVirtualHostAsync()
    {
        var server = await _rabbit.Value;
        var name = $"t{Guid.CreateVersion7():N}";
        using var http = Management(server);
        (await http.PutAsync($"/api/vhosts/{name}", new StringContent("{}", Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        return $"{server.Address}/{name}";
    }

    /// <summary>A server of the test's own, to be killed and brought back: <c>postgres</c>, <c>redis</c> or <c>rabbitmq</c>.</summary>
    public Server CreateOwn(string kind) =>
        new(kind, Path.Combine(_directory, $"{kind}-{Guid.CreateVersion7():N}"), kind switch
        {
            "postgres" => port => ($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres", ""),
            "redis" => port => ($"127.0.0.1:{port}", ""),
            _ => port => ($"amqp://guest:guest@127.0.0.1:{port}", $"http://127.0.0.1:{port + 10_000}"),
        });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _postgres, _redis, _rabbit }.Where(server => server.IsValueCreated))
            await (await server.Value).DisposeAsync();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A client of RabbitMQ's management interface.</summary>
    public static HttpClient Management(Server server) => new()
    {
        BaseAddress = new Uri(server.Management),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8)) },
    };

    private async Task<Server> FindAsync(string kind, string variable, Func<int, (string, string)> addresses)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } address)
            return new(kind, address, Environment.GetEnvironmentVariable("MJ_TEST_RABBITMQ_MANAGEMENT") ?? "");

        var server = new Server(kind, Path.Combine(_directory, kind), addresses);
        await server.StartAsync();
        return server;
    }
}

/// <summary>One server process, by the same script as the application's own.</summary>
public sealed class Server : IAsyncDisposable
{
    private const int MostAttempts = 5;
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly string _kind;
    private readonly string? _directory;
    private readonly int _port;
    private Process? _process;

    /// <summary>One that runs already.</summary>
    internal Server(string kind, string address, string management) => (_kind, Address, Management) = (kind, address, management);

    /// <summary>One to be started.</summary>
    internal Server(string kind, string directory, Func<int, (string, string)> addresses)
    {
        _kind = kind;
        _directory = directory;
        _port = FreePort();
        (Address, Management) = addresses(_port);
    }

    /// <summary>Connection string.</summary>
    public string Address { get; }

    /// <summary>RabbitMQ's management interface.</summary>
    public string Management { get; }

    /// <summary>Starts it, again after a kill, on the same port and data, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        for (var attempt = 1; !await TryStartAsync(isLast: attempt == MostAttempts); attempt++)
            await Task.Delay(RestartPause);
    }

    /// <summary>False when it ended at once: what was killed may not be quite gone yet.</summary>
    private async Task<bool> TryStartAsync(bool isLast)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "eng", "servers", _kind), [_directory!, $"{_port}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MJ_RABBITMQ_MANAGEMENT_PORT"] = $"{_port + 10_000}";
        var log = new StringBuilder();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => { lock (log) log.AppendLine(line.Data); };
        _process.ErrorDataReceived += (_, line) => { lock (log) log.AppendLine(line.Data); };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        await Eventually.TrueAsync(async () => _process.HasExited || await AnswersAsync(), $"{_kind} to answer on port {_port}", TimeSpan.FromSeconds(60));
        return !_process.HasExited || (isLast ? throw new InvalidOperationException($"{_kind} ended with {_process.ExitCode}:\n{log}") : false);
    }

    /// <summary>SIGKILL, as a crash would.</summary>
    public async Task KillAsync()
    {
        await SettledAsync();
        await EndAsync();
    }

    private async Task EndAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();

        // The script's children are no longer its children; a server does not start while the one before is still in the process table.
        var pidFile = Path.Combine(_directory!, "postmaster.pid");
        if (File.Exists(pidFile) && (await File.ReadAllLinesAsync(pidFile)) is [var pid, ..])
            await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{pid.Trim()}"), $"process {pid} to be gone");
    }

    /// <summary>
    /// Waits until a kill is survived. RabbitMQ 3.10 writes the list of its quorum queues seconds after they were declared; killed before, it forgets
    /// their logs and then waits for ever for somebody to elect their leaders. That is its defect, not what is tested.
    /// </summary>
    public async Task SettledAsync()
    {
        if (_kind == "rabbitmq")
            await Eventually.TrueAsync(KnowsItsQueuesAsync, "the broker's list of quorum queues to be written");
    }

    private async Task<bool> KnowsItsQueuesAsync()
    {
        var written = Path.Combine(_directory!, "mnesia", "mj@localhost", "quorum", "mj@localhost", "names.dets");
        using var http = Servers.Management(this);
        var queues = await http.GetFromJsonAsync<Queue[]>("/api/queues?columns=name,vhost,type");
        var names = File.Exists(written) ? await File.ReadAllBytesAsync(written) : [];
        return queues!.All(queue => queue.Type != "quorum" || names.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"_{queue.Name}")) >= 0);
    }

    private sealed record Queue(string Name, string Type);

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            await EndAsync();
        _process.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            switch (_kind)
            {
                case "postgres":
                    await using (var source = NpgsqlDataSource.Create(Address + ";Timeout=2;Pooling=false"))
                    await using (await source.OpenConnectionAsync())
                        return true;
                case "rabbitmq":
                    using (var http = Servers.Management(this))
                    {
                        http.Timeout = TimeSpan.FromSeconds(5);
                        return (await http.GetAsync("/api/health/checks/alarms")).IsSuccessStatusCode;
                    }
                default:
                    using (var socket = new TcpClient())
                    {
                        await socket.ConnectAsync(IPAddress.Loopback, _port);
                        return true;
                    }
            }
        }
        catch (Exception e) when (e is NpgsqlException or HttpRequestException or SocketException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Free now, below the ephemeral range so that it stays free; management is 10,000 higher.</summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(11_000, 20_000);
            if (IsFree(port) && IsFree(port + 10_000))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
