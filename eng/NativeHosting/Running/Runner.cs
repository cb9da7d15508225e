using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>How the application is run.</summary>
internal sealed record RunnerOptions(bool RandomizePorts, bool IsTest);

/// <summary>Runs the whole application: everything at once, each part waiting for what it depends on; and stops it in the opposite order.</summary>
internal sealed class Runner(
    DistributedApplicationModel model, IServiceProvider services, RunnerOptions options, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private List<ResourceRunner> _resources = [];

    /// <summary>Whether something could not be started.</summary>
    public bool HasFailed { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Ports(options.RandomizePorts).Allocate(model.All);
        _resources = [.. model.All.Select(resource => ActivatorUtilities.CreateInstance<ResourceRunner>(services, resource))];
        foreach (var runner in _resources)
            runner.Start(OnFailed, _stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        var stops = new Dictionary<Resource, Task>();
        await Task.WhenAll(_resources.Select(StopAfterDependents));

        Task StopAfterDependents(ResourceRunner runner)
        {
            if (stops.TryGetValue(runner.Resource, out var stop))
                return stop;
            // Everyone's last words go to the dashboard.
            var dependents = runner.Resource.Name == Dashboard.Name
                ? _resources.Where(other => other != runner).ToList()
                : _resources.Where(other => other.Resource.WaitsFor.Contains(runner.Resource)).ToList();
            return stops[runner.Resource] = StopAsync();

            async Task StopAsync()
            {
                await Task.WhenAll(dependents.Select(StopAfterDependents));
                await runner.StopAsync();
            }
        }
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Nothing that was started here would ever become whole: better to say so by ending. A test is told by its own waiting.</summary>
    private void OnFailed()
    {
        HasFailed = true;
        if (!options.IsTest)
            lifetime.StopApplication();
    }
}
