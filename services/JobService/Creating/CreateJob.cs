using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Creating;

/// <summary>The body of <c>POST /api/jobs</c>.</summary>
/// <param name="Kind">Who runs it; an external worker when not said.</param>
/// <param name="Operation">For an image job what to do, <c>imagine</c> when not said; any word for an external one.</param>
/// <param name="InputData">What the job is about; see <see cref="ImageRequest"/> for image jobs.</param>
/// <param name="Metadata">Kept and given back as it is.</param>
internal sealed record CreateJobRequest(JobKind Kind = JobKind.External, string? Operation = null, JsonElement InputData = default, JsonElement Metadata = default);

/// <summary>The answer to <c>POST /api/jobs</c>.</summary>
internal sealed record CreatedJob(Guid JobId, JobStatus Status, DateTimeOffset CreatedAt, string Message);

/// <summary>
/// <c>POST /api/jobs</c>: one transaction holds the job, its first history row and what it publishes.
/// With an <c>Idempotency-Key</c> the same request makes one job, however often it is sent.
/// </summary>
internal static class CreateJob
{
    private const int LongestKey = 255;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/jobs", HandleAsync);

    private static async Task<Results<Created<CreatedJob>, Ok<CreatedJob>, ProblemHttpResult>> HandleAsync(
        CreateJobRequest request, Caller caller, [FromHeader(Name = "Idempotency-Key")] string? key,
        JobStore store, Outbox outbox, JobEvents events, JobMetrics metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Invalid(request, key) is { } problem)
            return problem;

        var job = NewJob.From(request, caller.OwnerId, time.GetUtcNow(), Activity.Current?.Id);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{job.Kind}\n{job.Operation}\n{job.InputData}\n{job.Metadata}"));

        await using (var unit = await outbox.BeginAsync(cancellationToken))
        {
            if (await JobStore.InsertAsync(unit, job, key, hash))
            {
                if (job.Kind == JobKind.Image)
                    unit.Publish(new RunJob(job.Id, job.OwnerId));
                unit.Publish(events.Changed(job, previous: null));
                await unit.CommitAsync(cancellationToken);
                metrics.Created(job);
                return TypedResults.Created($"/api/jobs/{job.Id}", Answer(job, "Job created successfully"));
            }
        }

        var (existing, existingHash) = await store.FindByKeyAsync(caller.OwnerId, key!, cancellationToken);
        return existingHash.AsSpan().SequenceEqual(hash)
            ? TypedResults.Ok(Answer(existing, "This request has been made before; this is its job."))
            : Problems.Of(409, "E_IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for a different request.");
    }

    private static CreatedJob Answer(Job job, string message) => new(job.Id, job.Status, job.CreatedAt, message);

    private static ProblemHttpResult? Invalid(CreateJobRequest request, string? key)
    {
        if (key is { Length: 0 or > LongestKey })
            return Problems.Of(400, "E_IDEMPOTENCY_KEY", $"An Idempotency-Key has 1 to {LongestKey} characters.");
        if (request.InputData.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)
            || request.Metadata.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            return Problems.Of(400, "E_SERIALIZATION_ERROR", "input_data and metadata must be JSON objects.");
        if (request.Kind == JobKind.External)
            return null;
        if (request.Operation is not (null or "imagine"))
            return Problems.Of(400, "E_UNKNOWN_OPERATION", $"There is no operation '{request.Operation}'. Known: imagine.");

        try
        {
            return ImageRequest.Parse(NewJob.Text(request.InputData)).Problem() is var (code, detail) ? Problems.Of(400, code, detail) : null;
        }
        catch (JsonException e)
        {
            return Problems.Of(400, "E_SERIALIZATION_ERROR", $"input_data is not understood at {e.Path}.");
        }
    }
}
