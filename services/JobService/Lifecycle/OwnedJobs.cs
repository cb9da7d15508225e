using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Querying;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Lifecycle;

/// <summary>The answer to anything an owner or worker does to a job.</summary>
internal sealed record ChangedJob(Guid JobId, JobStatus Status, int Sequence, DateTimeOffset UpdatedAt, string? Message);

/// <summary>Jobs as their owner may touch them: another owner's are as unknown as those that never were.</summary>
internal sealed class OwnedJobs(JobStore store, JobTransitions transitions)
{
    public async Task<Job?> FindAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        Guid.TryParse(id, out var jobId) && await store.FindAsync(jobId, cancellationToken) is { } job && job.OwnerId == caller.OwnerId ? job : null;

    /// <summary>Applies an input: 200 when accepted or already done, 409 with the reason when the job cannot take it, 404 when it is unknown.</summary>
    public async Task<Results<Ok<ChangedJob>, ProblemHttpResult>> ApplyAsync(
        string id, Caller caller, Func<Job, JobInput> input, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, caller, cancellationToken) is not { } job
            || await transitions.ApplyAsync(job.Id, input(job), cancellationToken) is not { } applied)
            return GetJob.NotFound();

        return applied.Decision is JobDecision.Rejected rejected
            ? Problems.Of(409, rejected.Code, rejected.Reason, new Dictionary<string, object?>(StringComparer.Ordinal) { ["job_status"] = Words.Of(applied.Job.Status) })
            : TypedResults.Ok(new ChangedJob(applied.Job.Id, applied.Job.Status, applied.Job.Sequence, applied.Job.UpdatedAt, applied.Job.Message));
    }
}
