using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Creating;

/// <summary>The answer to a request that makes a job.</summary>
internal sealed record CreatedJob(Guid JobId, JobStatus Status, DateTimeOffset CreatedAt, string Message);

/// <summary>
/// One statement holds the job, its first history row and what it publishes. With an <c>Idempotency-Key</c> the same request makes one job,
/// however often it is sent, and another request under the same key is refused.
/// </summary>
internal sealed class JobCreation(JobStore store, Outbox outbox, JobEvents events, JobMetrics metrics)
{
    private const int LongestKey = 255;

    public async Task<Results<Created<CreatedJob>, Ok<CreatedJob>, ProblemHttpResult>> CreateAsync(
        Job job, string? key, CancellationToken cancellationToken)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{job.Kind}\n{job.Operation}\n{job.ParentId}\n{job.RetryOf}\n{job.InputData}\n{job.Metadata}"));

        var changed = events.Changed(job, previous: null);
        var messages = job.Kind == JobKind.Image ? outbox.Rows(new RunJob(job.Id, job.OwnerId), changed) : outbox.Rows(changed);
        if (await store.InsertAsync(job, key, hash, messages, cancellationToken))
        {
            metrics.Created(job);
            return TypedResults.Created($"/api/jobs/{job.Id}", Answer(job, "Job created successfully"));
        }

        var (existing, existingHash) = await store.FindByKeyAsync(job.OwnerId, key!, cancellationToken);
        return existingHash.AsSpan().SequenceEqual(hash)
            ? TypedResults.Ok(Answer(existing, "This request has been made before; this is its job."))
            : Problems.Of(409, "E_IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for a different request.");
    }

    /// <summary>What is wrong with a key, if anything.</summary>
    public static ProblemHttpResult? InvalidKey(string? key) => key is { Length: 0 or > LongestKey }
        ? Problems.Of(400, "E_IDEMPOTENCY_KEY", $"An Idempotency-Key has 1 to {LongestKey} characters.")
        : null;

    private static CreatedJob Answer(Job job, string message) => new(job.Id, job.Status, job.CreatedAt, message);
}
