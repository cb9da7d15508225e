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
    /// <summary>What the job produced beside artifacts; left out when there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }

    /// <summary>What was answered when the job needed input; a worker reads it here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Answer { get; init; }

    /// <summary>What may be done with a finished picture, <c>upscale 2</c>, <c>pan left</c>; only where a single job is shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? FollowUps { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ParentJobId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? BatchId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? RetryOf { get; init; }

    public static JobResource From(Job job, ImageLinks links)
    {
        var metadata = JsonNode.Parse(job.Metadata)!.AsObject();
        if (job.FinishedAt is { } finished)
            metadata["processing_time"] = Math.Round((finished - (job.StartedAt ?? job.CreatedAt)).TotalSeconds, 3);
        if (job.ErrorCode is not null)
            metadata["error_message"] = job.Message;

        return new(
            job.Id, job.Kind, job.Operation, job.Status, job.Sequence, job.CreatedAt, job.UpdatedAt,
            JsonElement.Parse(job.InputData), JobProgress.Of(job), links.Sign(job.Artifacts), metadata,
            job.ErrorCode is null ? null : new(job.ErrorCode, job.Message ?? "The job failed."))
        {
            Result = job.Result is null ? null : JsonElement.Parse(job.Result),
            Answer = job.Answer is null ? null : JsonElement.Parse(job.Answer),
            ParentJobId = job.ParentId,
            BatchId = job.BatchId,
            RetryOf = job.RetryOf,
        };
    }
}

/// <summary>How far a job is.</summary>
/// <param name="Percentage">0 to 100.</param>
/// <param name="EstimatedRemaining">In a worker's own words, <c>5 minutes</c>.</param>
internal sealed record JobProgress(
    string? CurrentStep, int? TotalSteps, int? CompletedSteps, double Percentage, string? EstimatedRemaining, string? Message = null)
{
    public static JobProgress Of(Job job) => new(job.Step, job.TotalSteps, job.CompletedSteps, job.Progress, job.Remaining, job.Message);
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
