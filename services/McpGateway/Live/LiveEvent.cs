using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Tools;
using MjAspire.McpGateway.Upstream;

namespace MjAspire.McpGateway.Live;

/// <summary>What a live stream says of a job's change; <c>data</c> of the event.</summary>
internal sealed record LiveJob
{
    public required Guid JobId { get; init; }
    public required JobKind Kind { get; init; }
    public required string Operation { get; init; }
    public required JobState Status { get; init; }

    [Description("Counts 1, 2, 3 ... for each job: with job_id it tells whether an event was seen before.")]
    public required int Sequence { get; init; }

    [Description("Percent, 0 to 100.")]
    public required int Progress { get; init; }
    public string? Step { get; init; }
    public string? Message { get; init; }

    [Description("An E_* code; set when the status is failed.")]
    public string? ErrorCode { get; init; }

    [Description("mj:// addresses of the pictures, once the job is completed; GET /jobs/{job_id} has links that open.")]
    public IReadOnlyList<string>? Images { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }

    public static LiveJob Of(JobChanged change) => new()
    {
        JobId = change.JobId,
        Kind = change.Kind,
        Operation = change.Operation,
        Status = JobReporting.StateOf(change.Status),
        Sequence = change.Sequence,
        Progress = change.Progress,
        Step = change.Step,
        Message = change.Message,
        ErrorCode = change.ErrorCode,
        Images = change.Artifacts.Count == 0 ? null : [.. change.Artifacts.Where(artifact => artifact.ImageId is not null).Select(artifact => artifact.Path)],
        OccurredAt = change.OccurredAt,
    };

    /// <summary>The names that webhooks have for the same events.</summary>
    public static string TypeOf(JobChanged change) => change switch
    {
        { PreviousStatus: null } => "job.created",
        { Status: JobStatus.Done } => "job.completed",
        { Status: JobStatus.Failed } => "job.failed",
        { Status: JobStatus.Cancelled } => "job.cancelled",
        _ when change.Status == change.PreviousStatus => "job.progress",
        { Status: JobStatus.NeedsInput } => "job.needs_input",
        _ => "job.running",
    };
}

/// <summary>One event, ready to be sent; made once for all who read it.</summary>
/// <param name="Position">Where in this replica's feed.</param>
/// <param name="Id">Where in any replica's feed: see <see cref="EventId"/>.</param>
/// <param name="Data">JSON on one line.</param>
internal sealed record LiveEvent(long Position, EventId Id, Guid OwnerId, Guid JobId, string Type, string Data)
{
    /// <summary>Something may have been missed: the reader asks for its jobs anew.</summary>
    public const string Reset = "reset";

    private static readonly JsonSerializerOptions Json = new(Calls.Wire) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static LiveEvent Of(JobChanged change, long position, EventId id) => new(
        position, id, change.OwnerId, change.JobId, LiveJob.TypeOf(change), JsonSerializer.Serialize(LiveJob.Of(change), Json));

    public static LiveEvent Gap(long position, EventId id) => new(
        position, id, Guid.Empty, Guid.Empty, Reset, """{"message":"Some events may have been missed. Ask for your jobs with GET /api/jobs."}""");
}
