using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Creating;

/// <summary>Whether a job may go on from the one it names: its owner's, finished, and offering just this.</summary>
internal sealed class Parents(OwnedJobs jobs, ImageProviders providers)
{
    public async Task<ProblemHttpResult?> ProblemAsync(Job job, Caller caller, CancellationToken cancellationToken)
    {
        if (job.Kind != JobKind.Image || !Operation.All[job.Operation].NeedsParent)
            return null;
        if (await jobs.FindAsync(job.ParentId.ToString()!, caller, cancellationToken) is not { Kind: JobKind.Image } parent)
            return Problems.Of(404, "E_JOB_NOT_FOUND", "There is no such job to go on from.");
        if (parent.Status != JobStatus.Done)
            return Problems.Of(409, "E_INVALID_STATUS", $"Only a finished job can be gone on from; this one is {Words.Of(parent.Status)}.");

        if (providers.For(parent) is not IReportingProvider provider)
            return Problems.Of(409, "E_NOT_ALLOWED", "The engine that drew this picture does not go on from pictures, or is not set up any more.");
        if (provider.Allows(parent, job.Operation, ImageRequest.Parse(job.InputData)))
            return null;

        var allowed = provider.FollowUps(parent);
        return Problems.Of(409, "E_NOT_ALLOWED", $"That picture does not offer this. It offers: {string.Join(", ", allowed)}.",
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["allowed"] = allowed });
    }
}
