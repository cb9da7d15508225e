using MjAspire.Contracts.Jobs;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>What is said of a job.</summary>
internal sealed record JobData(
    Guid JobId,
    JobKind Kind,
    string Operation,
    JobStatus Status,
    JobStatus? PreviousStatus,
    int Sequence,
    int Progress,
    string? Step,
    string? Message,
    JobError? Error,
    IReadOnlyList<JobArtifact> Artifacts);

internal sealed record JobError(string Code, string Message);

/// <summary>
/// What a job's change is called, and what is said of it.
/// <code>
/// {"type": "job.completed", "timestamp": "2026-01-01T12:00:00Z",
///  "data": {"job_id": "...", "status": "DONE", "progress": 100, "artifacts": [...], ...}}
/// </code>
/// </summary>
internal static class JobEvents
{
    public static WebhookEvent Of(JobChanged change, string? traceParent)
    {
        var type = TypeOf(change);
        var payload = EventJson.Write(type, change.OccurredAt, new JobData(
            change.JobId,
            change.Kind,
            change.Operation,
            change.Status,
            change.PreviousStatus,
            change.Sequence,
            change.Progress,
            change.Step,
            change.Message,
            change.ErrorCode is { } code ? new(code, change.Message ?? "") : null,
            change.Artifacts));
        return new(EventId.Of("job", change.JobId, change.Sequence), change.OwnerId, type, payload, traceParent, change.OccurredAt);
    }

    public static string TypeOf(JobChanged change) => change switch
    {
        { PreviousStatus: null } => EventTypes.JobCreated,
        { Status: JobStatus.Done } => EventTypes.JobCompleted,
        { Status: JobStatus.Failed } => EventTypes.JobFailed,
        { Status: JobStatus.Cancelled } => EventTypes.JobCancelled,
        _ when change.Status == change.PreviousStatus => EventTypes.JobProgress,
        { Status: JobStatus.NeedsInput } => EventTypes.JobNeedsInput,
        { Status: JobStatus.Running } => EventTypes.JobRunning,
        _ => EventTypes.JobProgress,
    };
}
