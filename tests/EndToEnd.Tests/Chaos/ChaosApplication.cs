using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using MjAspire.Testing;

namespace MjAspire.EndToEnd.Tests.Chaos;

/// <summary>The application with two replicas of JobService, whose processes can be killed; times are short, so that what waits for them is over soon.</summary>
internal sealed class ChaosApplication() : Application("--Sandbox:DelayMs=1500", "--Sandbox:SlowMs=1500", "--Sandbox:Size=128")
{
    public const int JobServices = 2;

    public static readonly TimeSpan SubmitGrace = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RestartPatience = TimeSpan.FromMinutes(2);

    /// <summary>Kills and waits: the engine must start again what was killed, which Aspire's own does not.</summary>
    public static bool CanRun => typeof(DistributedApplication).Assembly.GetName().Name == "NativeHosting";

    /// <summary>SIGKILL to one replica of a resource and everything it started, and wait until it is back and healthy.</summary>
    public async Task KillAsync(Victim victim)
    {
        var doomed = victim.Replicas.Select(replica => Processes(victim.Resource)[replica]).ToList();
        foreach (var id in doomed)
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }

        await Eventually.TrueAsync(
            () => !doomed.Intersect(Processes(victim.Resource)).Any(), $"a new process for {victim}", RestartPatience);
        using var patience = new CancellationTokenSource(RestartPatience);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(victim.Resource, patience.Token);
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

    private int[] Processes(string resource) =>
        App.ResourceNotifications.TryGetCurrentState(resource, out var happened)
            ? [.. happened!.Snapshot.Properties.Where(property => property.Name == "executable.pid").Select(property => (int)property.Value!)]
            : [];
}

/// <summary>What is killed: some replicas of a resource.</summary>
internal sealed record Victim(string Resource, params int[] Replicas)
{
    public override string ToString() => Replicas is [0] ? Resource : $"{Resource} ({string.Join(" and ", Replicas)})";
}
