using Microsoft.Extensions.Options;
using MjAspire.Sandbox.Notifying;

namespace MjAspire.Sandbox.Running;

/// <summary>Plays each task's script, telling its hook about every step.</summary>
internal sealed partial class Runner(
    Notifier notifier, IOptions<SandboxOptions> options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<Runner> logger)
{
    public void Start(SandboxTask task)
    {
        // Outside of the request: neither its trace nor anything else of it goes along.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(() => RunAsync(task, lifetime.ApplicationStopping));
    }

    private async Task RunAsync(SandboxTask task, CancellationToken stopping)
    {
        try
        {
            var told = Task.CompletedTask;
            foreach (var step in Script.For(TimeSpan.FromMilliseconds(options.Value.DelayMs)))
            {
                if (step.After > TimeSpan.Zero)
                    await Task.Delay(step.After, time, stopping);
                // In order, but a slow hook does not hold up the drawing.
                told = notifier.TellAsync(task, task.Take(step, time.GetUtcNow()), told, stopping);
            }
            await told;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.Forgotten(logger, task.Id);
        }
        catch (Exception e)
        {
            // Nobody awaits a task's life; without this a mistake of ours would leave no trace.
            Log.Broken(logger, e, task.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Task {TaskId} is forgotten: the sandbox stops")]
        public static partial void Forgotten(ILogger logger, string taskId);

        [LoggerMessage(2, LogLevel.Error, "Task {TaskId} broke off")]
        public static partial void Broken(ILogger logger, Exception exception, string taskId);
    }
}

internal static class RunningFeature
{
    public static void AddRunning(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TaskStore>();
        builder.Services.AddSingleton<Runner>();
        builder.Services.AddSingleton<Notifier>();
    }
}
