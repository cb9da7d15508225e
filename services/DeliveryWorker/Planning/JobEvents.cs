using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using MjAspire.Contracts.Jobs;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>
/// What a job's change is called, and what is said of it. Pure, and the same bytes for the same change.
/// <code>
/// {"type": "job.completed", "timestamp": "2026-01-01T12:00:00Z",
///  "data": {"job_id": "...", "status": "DONE", "progress": 100, "artifacts": [...], ...}}
/// </code>
/// </summary>
internal static class JobEvents
{
    private static readonly JsonSerializerOptions Json = Defaults.UseWireFormat(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static WebhookEvent Of(JobChanged change, string? traceParent)
    {
        var type = TypeOf(change);
        var envelope = new Envelope(type, change.OccurredAt.UtcDateTime, new(
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
        var payload = JsonSerializer.SerializeToUtf8Bytes(envelope, Json);
        return new(IdOf(change.JobId, change.Sequence), change.OwnerId, type, payload, traceParent, change.OccurredAt);
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

    /// <summary>The same change always has the same id, so that a repeated message is no second event. UUID version 8, RFC 9562.</summary>
    public static Guid IdOf(Guid jobId, int sequence)
    {
        Span<byte> name = stackalloc byte[20];
        jobId.TryWriteBytes(name, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(name[16..], sequence);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new(hash[..16], bigEndian: true);
    }

    private sealed record Envelope(string Type, DateTime Timestamp, JobData Data);

    private sealed record JobData(
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

    private sealed record JobError(string Code, string Message);
}
