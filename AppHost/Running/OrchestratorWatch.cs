using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MjAspire.AppHost.Running;

/// <summary>
/// Ends the AppHost when Aspire's orchestrator, dcp, was killed: what it had started ends with it, and an AppHost without it would show a dead
/// application for ever. The orchestrator is no child of ours; it detaches itself:
/// <code>dcp start-apiserver --monitor {our process id} --detach ...</code>
/// </summary>
internal sealed partial class OrchestratorWatch(ResourceNotificationService resources, TimeProvider time, ILogger<OrchestratorWatch> logger) : BackgroundService
{
    /// <summary>sysexits.h, EX_SOFTWARE.</summary>
    private const int ExitCode = 70;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Once anything runs, the orchestrator does.
            await foreach (var happened in resources.WatchAsync(stoppingToken))
            {
                if (happened.Resource is ProjectResource or ExecutableResource && happened.Snapshot.State?.Text == KnownResourceStates.Running)
                    break;
            }
            if (Find() is not { } orchestrator)
                return;

            while (Directory.Exists($"/proc/{orchestrator}"))
                await Task.Delay(LookEvery, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        Log.Gone(logger);
        Environment.Exit(ExitCode); // an orderly stop would ask the orchestrator
    }

    private static int? Find()
    {
        foreach (var process in Process.GetProcessesByName("dcp"))
        {
            using (process)
            {
                if (IsOurs(process.Id))
                    return process.Id;
            }
        }
        return null;
    }

    private static bool IsOurs(int process)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
            return words.Contains("start-apiserver") && words.Contains($"{Environment.ProcessId}");
        }
        catch (IOException)
        {
            return false; // it has just ended
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "The orchestrator (dcp) has ended, and with it everything it had started. Start the application again.")]
        public static partial void Gone(ILogger logger);
    }
}

internal static class OrchestratorWatchExtensions
{
    /// <summary>Only where the process is the AppHost's: in one of tests several applications, each with an orchestrator, come and go.</summary>
    public static void EndWithOrchestrator(this IDistributedApplicationBuilder builder)
    {
        var isOwnProcess = Assembly.GetEntryAssembly() == typeof(OrchestratorWatch).Assembly;
        if (builder.ExecutionContext.IsRunMode && isOwnProcess && OperatingSystem.IsLinux())
            builder.Services.AddHostedService<OrchestratorWatch>();
    }
}
