using Microsoft.Extensions.Options;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Reconciling;

/// <summary>What a job without news needs, by its phase.</summary>
internal sealed partial class JobCare(
    JobTransitions transitions, DueJobs due, ImageProviders providers, Outbox outbox, IOptions<JobTimes> times, TimeProvider time, ILogger<JobCare> logger)
{
    public async Task LookAfterAsync(Job job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (job.DeadlineAt <= now)
        {
            await transitions.ApplyAsync(job.Id, new JobInput.Fail("E_TIMEOUT", $"Nothing was heard of the job while it was {job.Step}."), cancellationToken);
            return;
        }

        switch (job.Phase)
        {
            case JobPhase.Queued: // its message is late; a second one does no harm
                await RepeatAsync(job, new RunJob(job.Id, job.OwnerId), cancellationToken);
                break;
            case JobPhase.Submitting or JobPhase.Waiting:
                await transitions.ApplyAsync(job.Id, new JobInput.Resubmit(), cancellationToken);
                break;
            case JobPhase.Drawing:
                await AskProviderAsync(job, now, cancellationToken);
                break;
            case JobPhase.Storing:
                await RepeatAsync(job, StoreCommand.For(job), cancellationToken);
                break;
        }
    }

    private async Task AskProviderAsync(Job job, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var report = await providers.For(job).FetchAsync(job, job.ProviderTaskId!, cancellationToken);
            if (report?.Input is { } input
                && await transitions.ApplyAsync(job.Id, input, cancellationToken) is { Decision: JobDecision.Accepted })
                return;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.NoAnswer(logger, job.Id, e);
        }
        await due.AgainAsync(job, now + Pause(job, now), cancellationToken);
    }

    /// <summary>Grows with the silence: as long again as the job has been without news, within bounds.</summary>
    private TimeSpan Pause(Job job, DateTimeOffset now)
    {
        var silence = now - job.UpdatedAt;
        return silence < times.Value.FirstCheck ? times.Value.FirstCheck : silence < times.Value.LongestCheck ? silence : times.Value.LongestCheck;
    }

    private async Task RepeatAsync(Job job, object message, CancellationToken cancellationToken)
    {
        await using var unit = await outbox.BeginAsync(cancellationToken);
        unit.Publish(message);
        await unit.CommitAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Job {JobId}: the provider could not be asked")]
        public static partial void NoAnswer(ILogger logger, Guid jobId, Exception exception);
    }
}
