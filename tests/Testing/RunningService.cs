using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MjAspire.Testing;

/// <summary>
/// A service of ours, run in the test's process from its own Program.cs, on a real socket of its own:
/// <c>await using var jobs = await RunningService.StartAsync&lt;Program&gt;(settings)</c>.
/// </summary>
public sealed class RunningService : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly IHost _host;
    private readonly Task _main;

    private RunningService(IHost host, Task main)
    {
        _host = host;
        _main = main;
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new Uri(addresses.First());
        Http = new HttpClient { BaseAddress = Address };
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>A client of it, without any headers.</summary>
    public HttpClient Http { get; }

    /// <summary>What it is made of, for looking inside.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Runs the entry point of <typeparamref name="TProgram"/>'s assembly with these settings.</summary>
    /// <param name="settings">Configuration, <c>ConnectionStrings:jobs</c> and so on.</param>
    /// <param name="configure">Last word on the services, for a clock or an observer.</param>
    public static Task<RunningService> StartAsync<TProgram>(
        IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure = null) =>
        StartAsync(typeof(TProgram).Assembly, settings, configure);

    /// <summary>The same for a service whose types the test does not see.</summary>
    public static async Task<RunningService> StartAsync(
        Assembly program, IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure = null)
    {
        var entryPoint = program.EntryPoint ?? throw new InvalidOperationException($"{program.GetName().Name} has no entry point.");
        string[] args =
        [
            "--urls=http://127.0.0.1:0",
            "--environment=Development",
            $"--contentRoot={Path.GetDirectoryName(program.Location)}",
            "--Logging:LogLevel:Default=Warning",
            .. settings.Select(setting => $"--{setting.Key}={setting.Value}"),
        ];

        using var capture = new HostCapture(configure);
        var main = Task.Run(async () =>
        {
            capture.Begin();
            if (entryPoint.Invoke(null, [args]) is Task running)
                await running;
        });

        // Whichever comes first: the service listening, or its entry point failing. What a failing one has disposed of already says less than it will.
        var started = StartedAsync(capture.Host);
        await Task.WhenAny(started, main).WaitAsync(Patience);
        if (!started.IsCompletedSuccessfully)
            await main.WaitAsync(Patience);
        return new(await capture.Host, main);
    }

    private static async Task StartedAsync(Task<IHost> built)
    {
        var lifetime = (await built).Services.GetRequiredService<IHostApplicationLifetime>();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _main.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Hears of the host being built through the diagnostic events of Microsoft.Extensions.Hosting, in this flow of control only.</summary>
    private sealed class HostCapture(Action<IServiceCollection>? configure)
        : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private static readonly AsyncLocal<HostCapture?> Current = new();
        private readonly TaskCompletionSource<IHost> _host = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<IDisposable> _subscriptions = [];

        public Task<IHost> Host => _host.Task;

        public void Begin()
        {
            Current.Value = this;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public void OnNext(DiagnosticListener listener)
        {
            if (listener.Name == "Microsoft.Extensions.Hosting")
                _subscriptions.Add(listener.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> happening)
        {
            if (Current.Value != this)
                return;
            if (happening is { Key: "HostBuilding", Value: IHostBuilder builder } && configure is not null)
                builder.ConfigureServices((_, services) => configure(services));
            if (happening is { Key: "HostBuilt", Value: IHost host })
                _host.TrySetResult(host);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error) => _host.TrySetException(error);

        public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
    }
}
