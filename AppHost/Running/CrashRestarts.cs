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
    private readonly Dictionary<string, Life> _lives = new(StringComparer.Ordinal);

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
        if (!_lives.TryGetValue(happened.ResourceId, out var life))
            _lives[happened.ResourceId] = life = new();
        var (before, now) = (life.State, happened.Snapshot.State?.Text);
        life.State = now;
        if (now == KnownResourceStates.Running && before != now)
            life.StartedAt = time.GetTimestamp();
        if (!RestartPolicy.IsCrash(before, now, happened.Snapshot.ExitCode))
            return null;

        life.Crashes = RestartPolicy.CrashesInARow(life.Crashes, time.GetElapsedTime(life.StartedAt));
        return new(happened.ResourceId, life, happened.Snapshot.ExitCode, life.Crashes);
    }

    private async Task RestartAsync(Crash crash, CancellationToken cancellationToken)
    {
        try
        {
            var pause = RestartPolicy.PauseAfter(crash.InARow);
            Log.Crashed(logs.GetLogger(crash.ResourceId), crash.ResourceId, crash.ExitCode, pause.TotalSeconds);
            Log.Crashed(logger, crash.ResourceId, crash.ExitCode, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellationToken);

            // The orchestrator may be busy with what has just ended, and refuse.
            for (var attempts = crash.InARow + 1; await StartAsync(crash, cancellationToken) is { Success: false } refused; attempts++)
            {
                pause = RestartPolicy.PauseAfter(attempts);
                Log.NotStarted(logger, crash.ResourceId, refused.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private async Task<ExecuteCommandResult> StartAsync(Crash crash, CancellationToken cancellationToken) =>
        crash.Life.State == KnownResourceStates.Running // somebody else started it
            ? CommandResults.Success()
            : await commands.ExecuteCommandAsync(crash.ResourceId, KnownResourceCommands.StartCommand, cancellationToken);

    /// <summary>What is known of one process.</summary>
    private sealed class Life
    {
        public string? State { get; set; }

        /// <summary>Timestamp of <see cref="TimeProvider"/>.</summary>
        public long StartedAt { get; set; }

        /// <summary>In a row.</summary>
        public int Crashes { get; set; }
    }

    private sealed record Crash(string ResourceId, Life Life, int? ExitCode, int InARow);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Resource} ended with exit code {ExitCode}; it starts again in {Seconds} s")]
        public static partial void Crashed(ILogger logger, string resource, int? exitCode, double seconds);

        [LoggerMessage(2, LogLevel.Warning, "{Resource} could not be started: {Reason}. It is tried again in {Seconds} s")]
        public static partial void NotStarted(ILogger logger, string resource, string? reason, double seconds);
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
