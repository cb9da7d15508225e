using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Querying;

/// <summary><c>GET /api/jobs/{id}?include_history=true</c></summary>
internal static class GetJob
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/jobs/{id}", HandleAsync);

    private static async Task<Results<Ok<JobAnswer>, ProblemHttpResult>> HandleAsync(
        string id, Caller caller, JobStore store, ImageLinks links, CancellationToken cancellationToken, bool include_history = false)
    {
        // Another owner's job is as unknown as one that never was.
        if (!Guid.TryParse(id, out var jobId) || await store.FindAsync(jobId, cancellationToken) is not { } job || job.OwnerId != caller.OwnerId)
            return NotFound();

        var history = include_history ? (await store.HistoryAsync(jobId, cancellationToken)).Select(HistoryEntry.From).ToList() : null;
        return TypedResults.Ok(new JobAnswer(JobResource.From(job, links), history));
    }

    public static ProblemHttpResult NotFound() => Problems.Of(404, "E_JOB_NOT_FOUND", "There is no such job.");
}
