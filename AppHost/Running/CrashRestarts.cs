using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MjAspire.AppHost.Running;

/// <summary>
/// Starts again what ended by itself, as a container platform would: after 1, 2, 4 … 30 seconds, and after 1 again once it has run for a minute. Aspire itself
/// leaves it where it fell. What was stopped in the dashboard, or says by its exit code that trying again is in vain, stays stopped.
/// The dashboard shows each crash and restart in the resource's log.
/// </summary>
internal sealed partial class CrashRestarts(
    ResourceNotificationService resources, ResourceCommandService commands, ResourceLoggerService logs, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<CrashRestarts> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Life> _lives = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var happened in resources.WatchAsync(end.Token))
            {
                if (happened.Resource is ProjectResource or ExecutableResource && Observe(happened) is { } crash)
                    _ = RestartAsync(crash, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The application stops, and with it everything else.
        }
    }

    private Crash? Observe(ResourceEvent happened)
    {
        var life = _lives.GetOrAdd(happened.ResourceId, _ => new());
        var (before, now) = (life.State, happened.Snapshot.State?.Text);
        life.State = now;
        if (now == KnownResourceStates.Running && before != now)
            life.StartedAt = time.GetTimestamp();
        if (!RestartPolicy.IsCrash(before, now, happened.Snapshot.ExitCode))
            return null;

        life.Crashes = RestartPolicy.CrashesInARow(life.Crashes, time.GetElapsedTime(life.StartedAt));
        return new(happened.ResourceId, happened.Snapshot.ExitCode, life.Crashes);
    }

    private async Task RestartAsync(Crash crash, CancellationToken cancellationToken)
    {
        try
        {
            for (var crashes = crash.InARow; ; crashes++)
            {
                var pause = RestartPolicy.PauseAfter(crashes);
                Log.Crashed(logs.GetLogger(crash.ResourceId), crash.ResourceId, crash.ExitCode, pause.TotalSeconds);
                Log.Crashed(logger, crash.ResourceId, crash.ExitCode, pause.TotalSeconds);
                await Task.Delay(pause, time, cancellationToken);

                // The orchestrator may be busy with what has just ended, and refuse.
                var result = await commands.ExecuteCommandAsync(crash.ResourceId, KnownResourceCommands.StartCommand, cancellationToken);
                if (result.Success || _lives[crash.ResourceId].State == KnownResourceStates.Running)
                    return;
                Log.NotStarted(logger, crash.ResourceId, result.Message);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    /// <summary>What is known of one process.</summary>
    private sealed class Life
    {
        public string? State { get; set; }

        /// <summary>Timestamp of <see cref="TimeProvider"/>.</summary>
        public long StartedAt { get; set; }

        /// <summary>In a row.</summary>
        public int Crashes { get; set; }
    }

    private sealed record Crash(string ResourceId, int? ExitCode, int InARow);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Resource} ended with exit code {ExitCode}; it starts again in {Seconds} s")]
        public static partial void Crashed(ILogger logger, string resource, int? exitCode, double seconds);

        [LoggerMessage(2, LogLevel.Warning, "{Resource} could not be started: {Reason}")]
        public static partial void NotStarted(ILogger logger, string resource, string? reason);
    }
}

internal static class CrashRestartsExtensions
{
    public static void RestartAfterCrashes(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode)
            builder.Services.AddHostedService<CrashRestarts>();
    }
}
