using Microsoft.Extensions.Options;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Creating;
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
        if (await TakeReportAsync(job, report, cancellationToken))
            return; // news, even at the last moment
        if (job.DeadlineAt <= now)
        {
            var late = new JobInput.Fail("E_TIMEOUT", $"Nothing was heard of the job while it was {job.Step}.");
            await transitions.ApplyAsync(job.Id, late, cancellationToken, onlyAt: job.Sequence);
            return;
        }

        switch (job.Phase)
        {
            case JobPhase.Queued: // its message is late; a second one does no harm
                await RepeatAsync(job, new RunJob(job.Id, job.OwnerId), now + NewJob.StartPatience, cancellationToken);
                break;
            case JobPhase.Submitting or JobPhase.Waiting:
                await transitions.ApplyAsync(job.Id, new JobInput.Resubmit(), cancellationToken, onlyAt: job.Sequence);
                break;
            case JobPhase.Drawing:
                await due.AgainAsync(job, now + Pause(job, now), cancellationToken);
                break;
            case JobPhase.Storing:
                await RepeatAsync(job, StoreCommand.For(job), now + times.Value.StoreAgain, cancellationToken);
                break;
        }
    }

    /// <summary>Whether the report moved the job.</summary>
    private async Task<bool> TakeReportAsync(Job job, ProviderReport? report, CancellationToken cancellationToken) =>
        report?.Input is { } input && await transitions.ApplyAsync(job.Id, input, cancellationToken) is { Decision: JobDecision.Accepted };

    /// <summary>Grows with the silence: as long again as the job has been without news, within bounds.</summary>
    private TimeSpan Pause(Job job, DateTimeOffset now)
    {
        var silence = now - job.UpdatedAt;
        return silence < times.Value.FirstCheck ? times.Value.FirstCheck : silence < times.Value.LongestCheck ? silence : times.Value.LongestCheck;
    }

    private async Task RepeatAsync(Job job, object message, DateTimeOffset again, CancellationToken cancellationToken)
    {
        await using var unit = await outbox.BeginAsync(cancellationToken);
        await DueJobs.AgainAsync(unit, job, again);
        unit.Publish(message);
        await unit.CommitAsync(cancellationToken);
    }
}
