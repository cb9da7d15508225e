using Microsoft.Extensions.Options;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Reconciling;

/// <summary>What a job without news needs, by its phase.</summary>
internal sealed class JobCare(JobTransitions transitions, DueJobs due, Outbox outbox, IOptions<JobTimes> times, TimeProvider time)
{
    public async Task LookAfterAsync(Job job, ProviderReport? report, CancellationToken cancellationToken)
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
                await RepeatAsync(new RunJob(job.Id, job.OwnerId), cancellationToken);
                break;
            case JobPhase.Submitting or JobPhase.Waiting:
                await transitions.ApplyAsync(job.Id, new JobInput.Resubmit(), cancellationToken);
                break;
            case JobPhase.Drawing:
                await TakeReportAsync(job, report, now, cancellationToken);
                break;
            case JobPhase.Storing:
                await RepeatAsync(StoreCommand.For(job), cancellationToken);
                break;
        }
    }

    private async Task TakeReportAsync(Job job, ProviderReport? report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (report?.Input is not { } input
            || await transitions.ApplyAsync(job.Id, input, cancellationToken) is not { Decision: JobDecision.Accepted })
            await due.AgainAsync(job, now + Pause(job, now), cancellationToken);
    }

    /// <summary>Grows with the silence: as long again as the job has been without news, within bounds.</summary>
    private TimeSpan Pause(Job job, DateTimeOffset now)
    {
        var silence = now - job.UpdatedAt;
        return silence < times.Value.FirstCheck ? times.Value.FirstCheck : silence < times.Value.LongestCheck ? silence : times.Value.LongestCheck;
    }

    private async Task RepeatAsync(object message, CancellationToken cancellationToken)
    {
        await using var unit = await outbox.BeginAsync(cancellationToken);
        unit.Publish(message);
        await unit.CommitAsync(cancellationToken);
    }
}
