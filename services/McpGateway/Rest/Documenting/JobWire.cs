using System.ComponentModel;
using System.Text.Json.Nodes;
using MjAspire.Contracts.Jobs;

namespace MjAspire.McpGateway.Rest.Documenting;

// What JobService reads and writes on the routes that lead to it, for the API document. Nothing here is used at run time.

/// <summary>The body of <c>POST /api/jobs</c>.</summary>
internal sealed record JobCreation
{
    [Description("Who runs it: image, a provider; external, the default, a worker of yours.")]
    public JobKind? Kind { get; init; }

    [Description("imagine, upscale, variation, reroll, zoom, pan, inpaint, blend, edit, describe, shorten; any word for an external job.")]
    public string? Operation { get; init; }

    [Description("What the job is about: prompt, model, aspect_ratio ... for an image job; anything for an external one.")]
    public JsonObject? InputData { get; init; }

    [Description("Kept and given back as it is.")]
    public JsonObject? Metadata { get; init; }
}

internal sealed record JobMade(Guid JobId, JobStatus Status, DateTimeOffset CreatedAt, string Message);

internal sealed record JobMoved(Guid JobId, JobStatus Status, int Sequence, DateTimeOffset UpdatedAt, string? Message);

internal sealed record JobDocument(JobBody Job)
{
    [Description("With include_history=true.")]
    public IReadOnlyList<JobMoment>? History { get; init; }
}

internal sealed record JobMoment(DateTimeOffset Timestamp, string Status, string? Message, string? Step);

internal sealed record JobDocuments(IReadOnlyList<JobBody> Jobs, Guid? NextCursor);

internal sealed record JobBody(
    Guid JobId, JobKind Kind, string Operation, JobStatus Status, int Sequence, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    JsonObject InputData, JobDistance Progress, IReadOnlyList<JobArtifact> Artifacts, JsonObject Metadata, JobFailure? Error)
{
    [Description("What the job produced beside artifacts.")]
    public JsonObject? Result { get; init; }

    [Description("What was answered when the job needed input.")]
    public JsonObject? Answer { get; init; }
    public IReadOnlyList<string>? FollowUps { get; init; }
    public Guid? ParentJobId { get; init; }
    public Guid? BatchId { get; init; }
    public Guid? RetryOf { get; init; }
}

internal sealed record JobDistance
{
    public string? CurrentStep { get; init; }
    public int? TotalSteps { get; init; }
    public int? CompletedSteps { get; init; }

    [Description("0 to 100.")]
    public double? Percentage { get; init; }
    public string? EstimatedRemaining { get; init; }
    public string? Message { get; init; }
}

internal sealed record JobFailure(string Code, string Message);

/// <summary>The body of <c>POST /api/jobs/{id}/status</c>.</summary>
internal sealed record JobStanding(string Status)
{
    public JobDistance? Progress { get; init; }
    public string? Message { get; init; }
}

/// <summary>The body of <c>POST /api/jobs/{id}/complete</c>.</summary>
internal sealed record JobEnd
{
    [Description("DONE, FAILED or CANCELLED.")]
    public required string FinalStatus { get; init; }
    public JsonObject? Summary { get; init; }
    public IReadOnlyList<JobProduct>? FinalArtifacts { get; init; }
    public string? CompletionMessage { get; init; }
}

internal sealed record JobProduct(string Name, string Path)
{
    public string? Type { get; init; }

    [Description("Bytes.")]
    public long? Size { get; init; }
    public string? Description { get; init; }
    public string? DownloadUrl { get; init; }
}

internal sealed record ModelList(IReadOnlyList<ModelEntry> Models);

internal sealed record ModelEntry(
    string Name, string Engine, IReadOnlyList<string> Operations, int LongestPrompt, bool TakesSeed, bool IsDefault, string Description);
