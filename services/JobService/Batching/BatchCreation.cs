using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Batching;

/// <summary>One transaction holds the batch, all its jobs and what they publish: there is never a part of a batch.</summary>
internal sealed class BatchCreation(BatchStore store, Outbox outbox, JobEvents events, JobMetrics metrics, IOptions<BatchOptions> options, TimeProvider time)
{
    public int Limit => options.Value.Limit;

    /// <summary>The jobs in their first state.</summary>
    public IReadOnlyList<Job> Jobs(IReadOnlyList<CreateJobRequest> wanted, Caller caller)
    {
        var now = time.GetUtcNow();
        var batch = Guid.CreateVersion7(now);
        return [.. wanted.Select((request, index) => NewJob.From(request, caller.OwnerId, now, Activity.Current?.Id) with { BatchId = batch, BatchIndex = index })];
    }

    public async Task<Results<Created<CreatedBatch>, Ok<CreatedBatch>, ProblemHttpResult>> CreateAsync(
        IReadOnlyList<Job> jobs, Caller caller, string? key, CancellationToken cancellationToken)
    {
        var batch = new Batch(jobs[0].BatchId!.Value, caller.OwnerId, jobs.Count, jobs[0].CreatedAt);
        var hash = Hash(jobs);
        await using (var unit = await outbox.BeginAsync(cancellationToken))
        {
            if (await BatchStore.InsertAsync(unit, batch, key, hash))
            {
                foreach (var job in jobs)
                {
                    var messages = outbox.Rows(new RunJob(job.Id, job.OwnerId), events.Changed(job, previous: null));
                    await JobStore.InsertAsync(unit.Connection, job, idempotencyKey: null, hash, messages);
                }
                await unit.CommitAsync(cancellationToken);
                foreach (var job in jobs)
                    metrics.Created(job);
                return TypedResults.Created($"/api/batches/{batch.Id}", Answer(batch, jobs, "Batch created successfully"));
            }
        }

        var (existing, existingHash) = await store.FindByKeyAsync(caller.OwnerId, key!, cancellationToken);
        return existingHash.AsSpan().SequenceEqual(hash)
            ? TypedResults.Ok(Answer(existing, await store.JobsAsync(existing, cancellationToken), "This request has been made before; this is its batch."))
            : Problems.Of(409, "E_IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for a different request.");
    }

    private static CreatedBatch Answer(Batch batch, IReadOnlyList<Job> jobs, string message) => new(
        batch.Id, BatchResource.StatusOf([.. jobs.Select(job => job.Status)]), batch.CreatedAt, batch.Jobs, message,
        [.. jobs.Select(job => new CreatedJob(job.Id, job.Status, job.CreatedAt, job.Message ?? ""))]);

    private static byte[] Hash(IReadOnlyList<Job> jobs) => SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', jobs.Select(job => $"{job.Operation}\n{job.ParentId}\n{job.InputData}\n{job.Metadata}"))));
}
