using System.Diagnostics;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;
using static MjAspire.JobService.Lifecycle.JobDecision;

namespace MjAspire.JobService.Lifecycle;

/// <summary>
/// The one way a job moves: load, decide, save. The row, its history and everything to be published go into one transaction;
/// when another was faster, the decision is made anew on what is there then.
/// </summary>
internal sealed partial class JobTransitions(
    JobStore store, Outbox outbox, JobEvents events, IOptions<JobTimes> times, JobMetrics metrics, TimeProvider time, ILogger<JobTransitions> logger)
{
    /// <summary>A job is moved by a handful of parties; losing this often means a defect, not a race.</summary>
    private const int MostRaces = 20;

    /// <summary>Applies an input; null when there is no such job, when it has moved on, or when <paramref name="within"/> called the transition off.</summary>
    /// <param name="within">More for the same transaction, given the job as it will be; false calls everything off.</param>
    /// <param name="onlyAt">For an input that was thought of when the job was at this sequence and makes no sense at another.</param>
    public Task<(Job Job, JobDecision Decision)?> ApplyAsync(
        Guid jobId, JobInput input, CancellationToken cancellationToken, Func<OutboxTransaction, Job, Task<bool>>? within = null, int? onlyAt = null) =>
        ApplyAsync(jobId, known: null, input, within, onlyAt, cancellationToken);

    /// <summary>The same for a job that was just read: it is read again only if it has moved meanwhile.</summary>
    public Task<(Job Job, JobDecision Decision)?> ApplyAsync(
        Job known, JobInput input, CancellationToken cancellationToken, Func<OutboxTransaction, Job, Task<bool>>? within = null) =>
        ApplyAsync(known.Id, known, input, within, onlyAt: null, cancellationToken);

    private async Task<(Job Job, JobDecision Decision)?> ApplyAsync(
        Guid jobId, Job? known, JobInput input, Func<OutboxTransaction, Job, Task<bool>>? within, int? onlyAt, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MostRaces; race++)
        {
            if ((known ?? await store.FindAsync(jobId, cancellationToken)) is not { } job)
                return null;
            if (onlyAt is not null && onlyAt != job.Sequence)
                return null;

            var decision = JobStateMachine.Decide(job, input, time.GetUtcNow(), times.Value);
            if (decision is Accepted accepted)
            {
                switch (await SaveAsync(job, accepted, within, cancellationToken))
                {
                    case Saving.Saved:
                        return (accepted.Next, decision);
                    case Saving.CalledOff:
                        return null;
                }
            }
            else if (known is null)
            {
                metrics.Undone(input, decision);
                Log.Undone(logger, jobId, input.GetType().Name, decision.GetType().Name, job.Status, job.Phase);
                return (job, decision);
            }
            known = null; // what was known is no longer so, or may not be
        }
        throw new InvalidOperationException($"Job {jobId} lost {MostRaces} races in a row.");
    }

    private enum Saving
    {
        Saved,
        LostRace,
        CalledOff,
    }

    private async Task<Saving> SaveAsync(
        Job before, Accepted accepted, Func<OutboxTransaction, Job, Task<bool>>? within, CancellationToken cancellationToken)
    {
        var after = accepted.Next;
        var messages = outbox.Rows([.. accepted.Messages, events.Changed(after, before.Status)]);
        if (within is null)
        {
            if (!await store.UpdateAsync(before, after, messages, cancellationToken))
                return Saving.LostRace;
        }
        else
        {
            await using var unit = await outbox.BeginAsync(cancellationToken);
            if (!await JobStore.UpdateAsync(unit.Connection, before, after, messages))
                return Saving.LostRace;
            if (!await within(unit, after))
                return Saving.CalledOff;
            await unit.CommitAsync(cancellationToken);
        }

        Activity.Current?.AddEvent(new ActivityEvent($"{Words.Of(after.Status)} {after.Step}"));
        metrics.Moved(before, after);
        if (after.Status != before.Status)
            Log.Moved(logger, after.Id, after.Sequence, before.Status, after.Status, after.Message);
        return Saving.Saved;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Job {JobId} #{Sequence}: {Before} -> {Status}, {Message}")]
        public static partial void Moved(ILogger logger, Guid jobId, int sequence, JobStatus before, JobStatus status, string? message);

        [LoggerMessage(2, LogLevel.Debug, "Job {JobId} {Status}/{Phase}: {Input} is {Decision}")]
        public static partial void Undone(ILogger logger, Guid jobId, string input, string decision, JobStatus status, JobPhase phase);
    }
}
