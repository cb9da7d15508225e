using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Querying;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Batching;

/// <summary>The answer to a request that makes a batch.</summary>
internal sealed record CreatedBatch(Guid BatchId, BatchStatus Status, DateTimeOffset CreatedAt, int Size, string Message, IReadOnlyList<CreatedJob> Jobs);

/// <summary>The answer to <c>GET</c> and <c>DELETE /api/batches/{id}</c>.</summary>
internal sealed record BatchAnswer(BatchResource Batch);

/// <summary><c>/api/batches</c>: several pictures asked for together. Each is a job like any other, and can be had and cancelled by itself.</summary>
internal static class BatchRoutes
{
    /// <summary>Fifty long prompts.</summary>
    private const int LargestBody = 1 << 20;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/batches", CreateAsync).WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        api.MapGet("/batches/{id}", GetAsync);
        api.MapDelete("/batches/{id}", CancelAsync);
    }

    private static async Task<Results<Created<CreatedBatch>, Ok<CreatedBatch>, ProblemHttpResult>> CreateAsync(
        BatchRequest request, Caller caller, [FromHeader(Name = "Idempotency-Key")] string? key,
        BatchCreation creation, Parents parents, ModelCatalogue catalogue, CancellationToken cancellationToken)
    {
        if (JobCreation.InvalidKey(key) is { } badKey)
            return badKey;
        if (request.Problem(creation.Limit) is var (status, code, detail))
            return Problems.Of(status, code, detail);

        var wanted = request.Jobs().ToList();
        for (var index = 0; index < wanted.Count; index++)
        {
            if (CreateJob.Invalid(wanted[index], catalogue) is { } invalid)
                return Problems.Of(
                    400, (string)invalid.ProblemDetails.Extensions["code"]!, $"Job {index + 1} of {wanted.Count}: {invalid.ProblemDetails.Detail}",
                    new Dictionary<string, object?>(StringComparer.Ordinal) { ["index"] = index });
        }

        var jobs = creation.Jobs(wanted, caller);
        return await parents.ProblemAsync(jobs[0], caller, cancellationToken) is { } problem // all go on from the same one
            ? problem
            : await creation.CreateAsync(jobs, caller, key, cancellationToken);
    }

    private static async Task<Results<Ok<BatchAnswer>, ProblemHttpResult>> GetAsync(
        string id, Caller caller, BatchStore store, ImageLinks links, CancellationToken cancellationToken) =>
        await store.FindAsync(id, caller.OwnerId, cancellationToken) is { } batch
            ? TypedResults.Ok(new BatchAnswer(BatchResource.From(batch, await store.JobsAsync(batch, cancellationToken), links)))
            : NotFound();

    /// <summary>Cancels what has not ended. Again it does no harm.</summary>
    private static async Task<Results<Ok<BatchAnswer>, ProblemHttpResult>> CancelAsync(
        string id, Caller caller, BatchStore store, JobTransitions transitions, ImageLinks links, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, caller.OwnerId, cancellationToken) is not { } batch)
            return NotFound();

        var unfinished = (await store.JobsAsync(batch, cancellationToken)).Where(job => !job.IsFinal);
        await Parallel.ForEachAsync(unfinished, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (job, token) => await transitions.ApplyAsync(job.Id, new JobInput.Cancel(), token));
        return TypedResults.Ok(new BatchAnswer(BatchResource.From(batch, await store.JobsAsync(batch, cancellationToken), links)));
    }

    private static ProblemHttpResult NotFound() => Problems.Of(404, "E_BATCH_NOT_FOUND", "There is no such batch.");
}
