using Microsoft.Extensions.Options;
using MjAspire.Sandbox.Notifying;

namespace MjAspire.Sandbox.Running;

/// <summary>Plays each task's script, telling its hook about every step.</summary>
internal sealed partial class Runner(
    TaskStore tasks, Notifier notifier, IOptions<SandboxOptions> options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<Runner> logger)
{
    public void Start(SandboxTask task) => Start(task, Script.For(TimeSpan.FromMilliseconds(options.Value.DelayMs), task.Faults));

    /// <summary>Ends a task that has not ended. Cancelling shows as FAILURE.</summary>
    public void Cancel(SandboxTask task)
    {
        if (task.IsFinished || task.Cancelled.IsCancellationRequested)
            return;
        task.Cancel();
        // A run underway ends it; nobody does for a task that is stuck or waits in its window.
        if (task.Life.IsCompleted)
            Start(task, []);
    }

    private void Start(SandboxTask task, IReadOnlyList<Step> script)
    {
        // Outside of the request: neither its trace nor anything else of it goes along.
        using (ExecutionContext.SuppressFlow())
            task.Life = Task.Run(() => RunAsync(task, script, lifetime.ApplicationStopping));
    }

    private async Task RunAsync(SandboxTask task, IReadOnlyList<Step> script, CancellationToken stopping)
    {
        try
        {
            var telling = new Telling(task.Faults);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, task.Cancelled);
            var told = Task.CompletedTask;
            try
            {
                foreach (var step in script)
                {
                    if (step.After > TimeSpan.Zero)
                        await Task.Delay(step.After, time, either.Token);
                    either.Token.ThrowIfCancellationRequested();
                    told = Take(task, step, telling, told, stopping);
                }
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                // Cancelled on the way; what was told so far is told before that.
            }
            if (task.Cancelled.IsCancellationRequested && !task.IsFinished)
                told = Script.Cancelled.Aggregate(told, (before, step) => Take(task, step, telling, before, stopping));
            await notifier.TellAsync(task, telling.Rest(), told, stopping);
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

    /// <summary>In order, but a slow hook does not hold up the drawing.</summary>
    private Task Take(SandboxTask task, Step step, Telling telling, Task told, CancellationToken stopping)
    {
        if (step.Status == Step.Forgotten)
        {
            tasks.Forget(task.Id);
            return told;
        }
        var view = step.HookOnly ? task.After(step, time.GetUtcNow()) : task.Take(step, time.GetUtcNow());
        return notifier.TellAsync(task, telling.Next(view), told, stopping);
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
