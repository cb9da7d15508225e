using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Cancelling;

/// <summary>
/// <c>DELETE /api/jobs/{id}</c>: the owner does not want it any more. What a provider is drawing already may still cost; its result is not taken.
/// </summary>
internal static class CancelJob
{
    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/jobs/{id}", HandleAsync);

    private static Task<Results<Ok<ChangedJob>, ProblemHttpResult>> HandleAsync(
        string id, Caller caller, OwnedJobs jobs, CancellationToken cancellationToken) =>
        jobs.ApplyAsync(id, caller, _ => new JobInput.Cancel(), cancellationToken);
}
