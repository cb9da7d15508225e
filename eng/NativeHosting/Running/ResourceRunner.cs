using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>One resource: waits for what it depends on, starts its processes, starts them again when they crash, watches its health.</summary>
internal sealed partial class ResourceRunner(
    Resource resource, Variables variables, Watchdog watchdog, ResourceLogs logs, ResourceNotificationService notifications,
    HealthCheckService health, TimeProvider time, ILogger<ResourceRunner> logger)
{
    private const int Unavailable = 69; // EX_UNAVAILABLE: a program is not installed, trying again does not help
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    private readonly ChildProcess?[] _replicas = new ChildProcess?[resource.Replicas];
    private Task _running = Task.CompletedTask;

    public Resource Resource => resource;

    public void Start(Action onFailed, CancellationToken stopping) => _running = Task.Run(() => RunAsync(onFailed, stopping), CancellationToken.None);

    /// <summary>To be called once the token given to <see cref="Start"/> is cancelled.</summary>
    public async Task StopAsync()
    {
        await _running;
        await Task.WhenAll(_replicas.OfType<ChildProcess>().Select(replica => replica.StopAsync(Patience)));
    }

    private async Task RunAsync(Action onFailed, CancellationToken stopping)
    {
        try
        {
            if (resource.WaitsFor.Count > 0)
                Publish(KnownResourceStates.Waiting);
            await Task.WhenAll(resource.WaitsFor.Select(other => notifications.WaitForResourceHealthyAsync(other.Name, stopping)));

            if (resource is not (ProjectResource or ExecutableResource))
                Publish(KnownResourceStates.Running);
            var replicas = resource is ProjectResource or ExecutableResource ? resource.Replicas : 0;
            using var failed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var tasks = Enumerable.Range(0, replicas).Select(replica => SuperviseAsync(replica, failed.Token)).Append(WatchHealthAsync(failed.Token)).ToList();
            await await Task.WhenAny(tasks);
            await failed.CancelAsync();
            await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // We are stopping: StopAsync ends the processes.
        }
        catch (Exception error)
        {
            Log.FailedToStart(logger, resource.Name, error.Message);
            Publish(KnownResourceStates.FailedToStart, error.Message);
            onFailed();
        }
    }

    private async Task SuperviseAsync(int replica, CancellationToken stopping)
    {
        var backoff = ShortestBackoff;
        while (true)
        {
            var command = await variables.CommandAsync(resource, replica, stopping);
            var started = time.GetTimestamp();
            var lastLine = "";
            var child = _replicas[replica] = ChildProcess.Start(command, watchdog, line => logs.Write(resource, replica, lastLine = line));
            Publish(KnownResourceStates.Running);

            var code = await child.Exited.WaitAsync(stopping);
            if (code == Unavailable)
                throw new DistributedApplicationException(lastLine);
            if (time.GetElapsedTime(started) > LongestBackoff)
                backoff = ShortestBackoff;
            Publish(KnownResourceStates.Exited);
            Log.Crashed(logger, resource.Name, code, backoff.TotalSeconds);
            await Task.Delay(backoff, time, stopping);
            backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
        }
    }

    private async Task WatchHealthAsync(CancellationToken stopping)
    {
        HealthStatus? last = null;
        while (true)
        {
            var status = HealthStatus.Healthy;
            if (resource.HealthChecks.Count > 0)
                status = (await health.CheckHealthAsync(check => resource.HealthChecks.Contains(check.Name), stopping)).Status;

            notifications.Publish(resource.Name, snapshot => snapshot with { HealthStatus = status });
            if (status != last && (status == HealthStatus.Healthy || last == HealthStatus.Healthy))
                Log.Health(logger, resource.Name, status);
            last = status;
            await Task.Delay(TimeSpan.FromSeconds(status == HealthStatus.Healthy ? 2 : 0.2), time, stopping);
        }
    }

    private void Publish(string state, string? reason = null) => notifications.Publish(resource.Name, snapshot => snapshot with
    {
        State = state,
        Reason = reason,
        HealthStatus = resource.HealthChecks.Count == 0 && state == KnownResourceStates.Running ? HealthStatus.Healthy : null,
        Properties = [.. _replicas.OfType<ChildProcess>().Select(replica => new ResourcePropertySnapshot("executable.pid", replica.Id))],
    });

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Resource} is {Status}")]
        public static partial void Health(ILogger logger, string resource, HealthStatus status);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} exited with code {Code}; it is started again in {Seconds} s")]
        public static partial void Crashed(ILogger logger, string resource, int code, double seconds);

        [LoggerMessage(Level = LogLevel.Critical, Message = "{Resource} cannot be started: {Reason}")]
        public static partial void FailedToStart(ILogger logger, string resource, string reason);
    }
}
