using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Querying;

namespace MjAspire.JobService.Lifecycle;

/// <summary>Tells the world of a transition, with links that can be opened.</summary>
internal sealed class JobEvents(ImageLinks links)
{
    public JobChanged Changed(Job job, JobStatus? previous) => new()
    {
        JobId = job.Id,
        OwnerId = job.OwnerId,
        Kind = job.Kind,
        Operation = job.Operation,
        Status = job.Status,
        PreviousStatus = previous,
        Sequence = job.Sequence,
        Progress = job.Progress,
        Step = job.Step,
        Message = job.Message,
        ErrorCode = job.ErrorCode,
        Artifacts = links.Sign(job.Artifacts),
        OccurredAt = job.UpdatedAt,
    };
}
