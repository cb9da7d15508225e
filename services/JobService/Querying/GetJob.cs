using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Querying;

/// <summary><c>GET /api/jobs/{id}?include_history=true</c></summary>
internal static class GetJob
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/jobs/{id}", HandleAsync);

    private static async Task<Results<Ok<JobAnswer>, ProblemHttpResult>> HandleAsync(
        string id, Caller caller, OwnedJobs jobs, JobStore store, ImageLinks links, ImageProviders providers, CancellationToken cancellationToken, bool include_history = false)
    {
        if (await jobs.FindAsync(id, caller, cancellationToken) is not { } job)
            return NotFound();

        var history = include_history ? (await store.HistoryAsync(job.Id, cancellationToken)).Select(HistoryEntry.From).ToList() : null;
        return TypedResults.Ok(new JobAnswer(Show(job, links, providers), history));
    }

    /// <summary>A job by itself, with what may follow on it.</summary>
    public static JobResource Show(Job job, ImageLinks links, ImageProviders providers) =>
        JobResource.From(job, links) with { FollowUps = FollowUps(job, providers) };

    private static IReadOnlyList<string>? FollowUps(Job job, ImageProviders providers) =>
        job is { Kind: JobKind.Image, Status: JobStatus.Done, Artifacts.Count: > 0 } ? (providers.For(job) as IReportingProvider)?.FollowUps(job) : null;

    public static ProblemHttpResult NotFound() => Problems.Of(404, "E_JOB_NOT_FOUND", "There is no such job.");
}
