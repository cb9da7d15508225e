using System.Diagnostics;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Reconciling;

/// <summary>Looks after the jobs nobody has called about: claims the due ones, and does for each what its phase asks for.</summary>
internal sealed partial class Reconciler(
    DueJobs due, ProviderReports reporting, JobCare care, JobMetrics metrics, TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    private const int BatchSize = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For so long the jobs of a killed replica wait. A round that takes longer is not renewed: another replica then looks after the same jobs,
    /// and whatever came to a job since it was claimed makes that harmless.
    /// </summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly ActivitySource Source = new(Telemetry.Prefix + "Reconciler");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = Interval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, time, stoppingToken);
                pause = Interval;
                var jobs = await due.ClaimAsync(BatchSize, Lease, stoppingToken);
                var reports = await reporting.AskAsync(jobs, stoppingToken);
                await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stoppingToken },
                    (job, cancellationToken) => LookAfterAsync(job, reports.GetValueOrDefault(job.Id), cancellationToken));
                pause = jobs.Count == BatchSize ? TimeSpan.Zero : Interval;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) // what was claimed comes back after its lease
            {
                Log.Failed(logger, e);
            }
        }
    }

    private async ValueTask LookAfterAsync(Job job, ProviderReport? report, CancellationToken cancellationToken)
    {
        // The job's own trace goes on, however long ago it began.
        using var span = ActivityContext.TryParse(job.TraceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity($"reconcile {job.Phase}", ActivityKind.Internal, parent)
            : null;
        metrics.Reconciled(job.Phase);
        try
        {
            await care.LookAfterAsync(job, report, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException) // the others of the batch are not to suffer for it
        {
            span?.SetStatus(ActivityStatusCode.Error);
            Log.JobFailed(logger, job.Id, job.Phase, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The reconciler failed; it goes on with the next round")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "Job {JobId} ({Phase}) could not be looked after; it is tried again after its lease")]
        public static partial void JobFailed(ILogger logger, Guid jobId, JobPhase phase, Exception exception);
    }
}
