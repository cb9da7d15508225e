using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// An AppHost's own entry point, run inside a test: it describes the application as always, stops at Build until the test has had its say,
/// and at Run until the test is over.
/// </summary>
internal sealed class TestRun(
    Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
{
    private static readonly AsyncLocal<TestRun?> CurrentRun = new();

    private readonly TaskCompletionSource<DistributedApplicationBuilder> _described = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _configured = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The test this flow of control belongs to.</summary>
    public static TestRun? Current => CurrentRun.Value;

    public Assembly AppHost => appHost;

    public Task Ended => _ended.Task;

    public Task<DistributedApplicationBuilder> DescribeAsync(CancellationToken cancellationToken)
    {
        var entryPoint = appHost.EntryPoint ?? throw new InvalidOperationException($"{appHost.GetName().Name} has no entry point.");
        _ = Task.Run(async () =>
        {
            CurrentRun.Value = this;
            try
            {
                object?[] parameters = entryPoint.GetParameters().Length == 0 ? [] : [args];
                if (entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, parameters, null) is Task running)
                    await running;
            }
            catch (Exception error)
            {
                _described.TrySetException(error);
                _built.TrySetException(error);
            }
        }, cancellationToken);
        return _described.Task.WaitAsync(cancellationToken);
    }

    public void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        settings.Args = [.. args, "--DcpPublisher:RandomizePorts=true"];
        configure(options, settings);
    }

    public void WaitUntilConfigured(DistributedApplicationBuilder builder)
    {
        _described.SetResult(builder);
        _configured.Task.GetAwaiter().GetResult();
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _configured.TrySetResult();
        return _built.Task.WaitAsync(cancellationToken);
    }

    public void OnBuilt(DistributedApplication application) => _built.TrySetResult(application);

    public void End() => _ended.TrySetResult();
}
