using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Storage;

namespace MjAspire.JobService.Querying;

/// <summary>A job on the wire.</summary>
internal sealed record JobResource(
    Guid JobId, JobKind Kind, string Operation, JobStatus Status, int Sequence, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    JsonElement InputData, JobProgress Progress, IReadOnlyList<JobArtifact> Artifacts, JsonObject Metadata, JobError? Error)
{
    public static JobResource From(Job job, ImageLinks links)
    {
        var metadata = JsonNode.Parse(job.Metadata)!.AsObject();
        if (job.FinishedAt is { } finished)
            metadata["processing_time"] = Math.Round((finished - (job.StartedAt ?? job.CreatedAt)).TotalSeconds, 3);
        if (job.ErrorCode is not null)
            metadata["error_message"] = job.Message;

        return new(
            job.Id, job.Kind, job.Operation, job.Status, job.Sequence, job.CreatedAt, job.UpdatedAt,
            JsonElement.Parse(job.InputData), new(job.Step, job.Progress, job.Message), links.Sign(job.Artifacts), metadata,
            job.ErrorCode is null ? null : new(job.ErrorCode, job.Message ?? "The job failed."));
    }
}

/// <summary>How far a job is.</summary>
/// <param name="Percentage">0 to 100.</param>
internal sealed record JobProgress(string? CurrentStep, int Percentage, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message)
{
    public int? TotalSteps { get; init; }
    public int? CompletedSteps { get; init; }
    public string? EstimatedRemaining { get; init; }
}

/// <summary>Why a job failed.</summary>
internal sealed record JobError(string Code, string Message);

/// <summary>One line of a job's history.</summary>
internal sealed record HistoryEntry(DateTimeOffset Timestamp, string Status, string? Message, string? Step)
{
    public static HistoryEntry From(HistoryRow row) => new(row.OccurredAt, row.Status, row.Message, row.Step);
}

/// <summary>The answer to <c>GET /api/jobs/{id}</c>.</summary>
internal sealed record JobAnswer(
    JobResource Job, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<HistoryEntry>? History);
