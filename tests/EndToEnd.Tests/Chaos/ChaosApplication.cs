using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using MjAspire.Testing;

namespace MjAspire.EndToEnd.Tests.Chaos;

/// <summary>The application with two replicas of JobService, whose processes can be killed; times are short, so that what waits for them is over soon.</summary>
internal sealed class ChaosApplication() : Application("--Sandbox:DelayMs=1500", "--Sandbox:SlowMs=1500", "--Sandbox:Size=128")
{
    public const int JobServices = 2;

    public static readonly TimeSpan SubmitGrace = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RestartPatience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, (string Resource, int? Process)> _replicas = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private Task _watching = Task.CompletedTask;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _watching = WatchAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        _end.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>SIGKILL to one replica of a resource and everything it started, and wait until it is back and healthy.</summary>
    public async Task KillAsync(Victim victim)
    {
        var replicas = victim.Resource == "job-service" ? JobServices : 1;
        await Eventually.TrueAsync(() => Processes(victim.Resource).Length == replicas, $"{victim} to run", RestartPatience);
        var doomed = victim.Replicas.Select(replica => Processes(victim.Resource)[replica]).ToList();
        foreach (var id in doomed)
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }

        await Eventually.TrueAsync(
            () => Processes(victim.Resource) is var now && now.Length == replicas && !doomed.Intersect(now).Any(), $"a new process for {victim}", RestartPatience);
        using var patience = new CancellationTokenSource(RestartPatience);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(victim.Resource, WaitBehavior.WaitOnResourceUnavailable, patience.Token);
    }

    protected override void Configure(IDistributedApplicationTestingBuilder builder)
    {
        builder.CreateResourceBuilder<ProjectResource>("job-service")
            .WithReplicas(JobServices)
            .WithEnvironment("Jobs__Deadline", "00:01:00")
            .WithEnvironment("Jobs__SubmitGrace", SubmitGrace.ToString())
            .WithEnvironment("Jobs__FirstCheck", "00:00:02")
            .WithEnvironment("Jobs__LongestCheck", "00:00:05")
            .WithEnvironment("Jobs__StoreAgain", "00:00:05");
        builder.CreateResourceBuilder<ProjectResource>("delivery-worker")
            .WithEnvironment("Delivery__AttemptTimeout", "00:00:05")
            .WithEnvironment("Delivery__Lease", "00:00:10");
        builder.CreateResourceBuilder<ProjectResource>("mcp-gateway")
            .WithEnvironment("Limiting__Burst", "10000");
    }

    /// <summary>The processes of a resource's replicas that run, always in the same order.</summary>
    private int[] Processes(string resource) =>
        [.. _replicas.Where(replica => replica.Value.Resource == resource).OrderBy(replica => replica.Key, StringComparer.Ordinal).Select(replica => replica.Value.Process).OfType<int>()];

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var happened in App.ResourceNotifications.WatchAsync(_end.Token))
            {
                var process = happened.Snapshot.State?.Text == KnownResourceStates.Running
                    ? happened.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value
                    : null;
                _replicas[happened.ResourceId] = (happened.Resource.Name, process is null ? null : Convert.ToInt32(process, CultureInfo.InvariantCulture));
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The test is over.
        }
    }
}

/// <summary>What is killed: some replicas of a resource.</summary>
internal sealed record Victim(string Resource, params int[] Replicas)
{
    public override string ToString() => Replicas is [0] ? Resource : $"{Resource} ({string.Join(" and ", Replicas)})";
}
