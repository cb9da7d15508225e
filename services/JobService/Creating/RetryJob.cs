using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Querying;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Creating;

/// <summary><c>POST /api/jobs/{id}/retry</c>: the same once more, as a new job linked to the one that failed.</summary>
internal static class RetryJob
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/jobs/{id}/retry", HandleAsync);

    private static async Task<Results<Created<CreatedJob>, Ok<CreatedJob>, ProblemHttpResult>> HandleAsync(
        string id, Caller caller, [FromHeader(Name = "Idempotency-Key")] string? key,
        OwnedJobs jobs, JobCreation creation, TimeProvider time, CancellationToken cancellationToken)
    {
        if (JobCreation.InvalidKey(key) is { } problem)
            return problem;
        if (await jobs.FindAsync(id, caller, cancellationToken) is not { } failed)
            return GetJob.NotFound();
        if (failed.Status is not (JobStatus.Failed or JobStatus.Cancelled))
            return Problems.Of(409, "E_INVALID_STATUS", $"Only a failed or cancelled job is retried; this one is {Words.Of(failed.Status)}.");

        return await creation.CreateAsync(NewJob.Again(failed, time.GetUtcNow(), Activity.Current?.Id), key, cancellationToken);
    }
}
