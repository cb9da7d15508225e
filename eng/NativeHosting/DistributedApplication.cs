using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The application, ready to run.</summary>
public sealed class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TestRun? _test;
    private readonly Runner _runner;

    internal DistributedApplication(IHost host, TestRun? test) =>
        (_host, _test, _runner) = (host, test, host.Services.GetRequiredService<Runner>());

    /// <inheritdoc />
    public IServiceProvider Services => _host.Services;

    /// <summary>What happens to the resources, and waiting for it.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Where an application is described.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>Where an application is described.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Runs until Ctrl-C or SIGTERM.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until Ctrl-C, SIGTERM or the token. In a test, the test starts and stops; the AppHost's own text only waits.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_test is not null)
        {
            await _test.Ended;
            return;
        }
        try
        {
            await _host.RunAsync(cancellationToken);
            if (_runner.HasFailed)
                Environment.ExitCode = 1;
        }
        catch (DistributedApplicationException error) // a port that is taken, a program that is missing: for people, without a stack
        {
            await Console.Error.WriteLineAsync(error.Message);
            Environment.ExitCode = 1;
        }
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _test?.End();
    }
}
