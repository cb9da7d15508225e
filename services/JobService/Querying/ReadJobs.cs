using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Querying;

/// <summary>
/// <c>POST /api/jobs/read</c>: several jobs in one answer, each on behalf of its own owner. For who serves many callers at once.
/// <code>
/// {"jobs":[{"owner_id":"...","job_id":"..."}, ...]}
/// {"jobs":[{"job_id":"...", ...}, null, ...]}      as asked; null: unknown, or another owner's
/// </code>
/// </summary>
internal static class ReadJobs
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/jobs/read", HandleAsync);

    private static async Task<Results<Ok<Answer>, ProblemHttpResult>> HandleAsync(
        Wanted wanted, JobStore store, ImageLinks links, ImageProviders providers, CancellationToken cancellationToken)
    {
        if (wanted.Jobs is not { Count: > 0 and <= Most })
            return Problems.Of(400, "E_LIMIT", $"1 to {Most} jobs are read at once.");

        var found = (await store.FindAsync([.. wanted.Jobs.Select(one => one.JobId).Distinct()], cancellationToken)).ToDictionary(job => job.Id);
        return TypedResults.Ok(new Answer([.. wanted.Jobs.Select(one =>
            found.TryGetValue(one.JobId, out var job) && job.OwnerId == one.OwnerId ? GetJob.Show(job, links, providers) : null)]));
    }

    private sealed record WantedJob(Guid OwnerId, Guid JobId);

    private sealed record Wanted(IReadOnlyList<WantedJob>? Jobs);

    private sealed record Answer(IReadOnlyList<JobResource?> Jobs);
}
