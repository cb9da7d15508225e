using System.Text.Json.Serialization;
using MjAspire.Contracts.Jobs;

namespace MjAspire.McpGateway.Jobs;

/// <summary>What a picture is to look like; <c>input_data</c> of an image job.</summary>
internal sealed record ImageRequest
{
    public required string Prompt { get; init; }
    public string? Model { get; init; }
    public string? AspectRatio { get; init; }
    public string? NegativePrompt { get; init; }
}

/// <summary>Body of <c>POST /api/jobs</c>.</summary>
internal sealed record CreateJob(JobKind Kind, string Operation, [property: JsonPropertyName("input_data")] ImageRequest Input)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Its answer, 201.</summary>
internal sealed record CreatedJob(Guid JobId, JobStatus Status, DateTimeOffset CreatedAt, string? Message);

/// <summary>
/// A job as <c>GET /api/jobs/{id}</c> shows it, as far as the gateway reads it:
/// <code>
/// {"job":{"job_id":"...","kind":"image","operation":"imagine","status":"RUNNING","created_at":"...",
///   "progress":{"current_step":"drawing","percentage":40,"message":"..."},
///   "artifacts":[{"type":"image/png","download_url":"...","image_id":"...","parent_image_id":null,"index":null,"width":8,"height":8}],
///   "error":{"code":"E_...","message":"..."}}}
/// </code>
/// </summary>
internal sealed record Job(Guid JobId, JobStatus Status, DateTimeOffset CreatedAt)
{
    public JobProgress? Progress { get; init; }
    public IReadOnlyList<JobPicture> Artifacts { get; init; } = [];
    public JobError? Error { get; init; }

    public bool IsFinal => Status is JobStatus.Done or JobStatus.Failed or JobStatus.Cancelled;
}

/// <param name="Percentage">0 to 100.</param>
internal sealed record JobProgress(string? CurrentStep, double? Percentage, string? Message);

internal sealed record JobError(string Code, string? Message);

/// <summary>An artifact; one without <paramref name="ImageId"/> is no picture of ours.</summary>
internal sealed record JobPicture(Guid? ImageId, Guid? ParentImageId, int? Index, string? Type, Uri? DownloadUrl, int? Width, int? Height);

internal sealed record JobEnvelope(Job Job);
