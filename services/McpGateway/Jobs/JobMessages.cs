using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MjAspire.Contracts.Jobs;

namespace MjAspire.McpGateway.Jobs;

/// <summary>What an image job is to do; its <c>input_data</c>. Which members an operation reads is JobService's business.</summary>
internal sealed record ImageRequest
{
    public string? Prompt { get; init; }
    public string? Model { get; init; }
    public string? AspectRatio { get; init; }
    public string? NegativePrompt { get; init; }
    public string? Speed { get; init; }

    /// <summary>0 to 4,294,967,295, for models that take one.</summary>
    public long? Seed { get; init; }

    /// <summary>In which the links to the pictures are to open; kept with the job, and read by the gateway when it shows it.</summary>
    public string? Format { get; init; }
    public Guid? ParentJobId { get; init; }
    public int? Index { get; init; }
    public string? Strength { get; init; }
    public string? Direction { get; init; }
    public double? Factor { get; init; }
    public string? Dimensions { get; init; }
    public IReadOnlyList<string>? Images { get; init; }
}

/// <summary>Body of <c>POST /api/jobs</c>.</summary>
internal sealed record CreateJob(JobKind Kind, string Operation, [property: JsonPropertyName("input_data")] ImageRequest Input)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Its answer, 201.</summary>
internal sealed record CreatedJob(Guid JobId, JobStatus Status, DateTimeOffset CreatedAt, string? Message);

/// <summary>Body of <c>POST /api/batches</c>: so many of the same.</summary>
internal sealed record CreateBatch(int Count, string Operation, [property: JsonPropertyName("input_data")] ImageRequest Input);

/// <summary>Its answer, 201.</summary>
internal sealed record CreatedBatch(Guid BatchId, IReadOnlyList<CreatedJob> Jobs)
{
    [JsonIgnore]
    public IReadOnlyList<Guid> Ids => [.. Jobs.Select(job => job.JobId)];
}

/// <summary>The answer to whatever is done to a job.</summary>
internal sealed record ChangedJob(Guid JobId, JobStatus Status, int Sequence, DateTimeOffset UpdatedAt, string? Message);

/// <summary>
/// A job as <c>GET /api/jobs/{id}</c> shows it, as far as the gateway reads it:
/// <code>
/// {"job":{"job_id":"...","kind":"image","operation":"imagine","status":"RUNNING","created_at":"...","input_data":{"prompt":"..."},
///   "progress":{"current_step":"drawing","percentage":40,"message":"..."},
///   "artifacts":[{"type":"image/png","download_url":"...","image_id":"...","parent_image_id":null,"index":null,"width":8,"height":8}],
///   "error":{"code":"E_...","message":"..."},"result":{"texts":["..."]},"follow_ups":["upscale 1"]}}
/// </code>
/// </summary>
internal sealed record Job(Guid JobId, JobStatus Status, DateTimeOffset CreatedAt)
{
    public JobKind Kind { get; init; }
    public string Operation { get; init; } = "imagine";
    public DateTimeOffset UpdatedAt { get; init; } = CreatedAt;
    public JsonElement InputData { get; init; }
    public JobProgress? Progress { get; init; }
    public IReadOnlyList<JobPicture> Artifacts { get; init; } = [];
    public JobError? Error { get; init; }
    public JsonObject? Result { get; init; }
    public IReadOnlyList<string> FollowUps { get; init; } = [];

    [JsonIgnore]
    public bool IsFinal => Status is JobStatus.Done or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>A word of the input, such as the prompt.</summary>
    public string? Input(string name) =>
        InputData.ValueKind == JsonValueKind.Object && InputData.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <param name="Percentage">0 to 100.</param>
internal sealed record JobProgress(string? CurrentStep, double? Percentage, string? Message);

internal sealed record JobError(string Code, string? Message);

/// <summary>An artifact; one without <paramref name="ImageId"/> is no picture of ours.</summary>
internal sealed record JobPicture(Guid? ImageId, Guid? ParentImageId, int? Index, string? Type, Uri? DownloadUrl, int? Width, int? Height)
{
    public string? Name { get; init; }
}

internal sealed record JobEnvelope(Job Job);

/// <summary>A page of <c>GET /api/jobs</c>, newest first.</summary>
internal sealed record JobPage(IReadOnlyList<Job> Jobs, Guid? NextCursor);

/// <summary>The query of <c>GET /api/jobs</c>.</summary>
internal sealed record JobQuery
{
    public string? Status { get; init; }
    public string? Kind { get; init; }
    public string? Operation { get; init; }
    public string? Model { get; init; }
    public string? Text { get; init; }
    public string? CreatedAfter { get; init; }
    public string? CreatedBefore { get; init; }
    public int Limit { get; init; } = 20;
    public string? Cursor { get; init; }
}

/// <summary>The answer to <c>GET /api/models</c>.</summary>
internal sealed record ModelList(IReadOnlyList<ImageModel> Models);

internal sealed record ImageModel(
    [property: Description("Give it as model.")] string Name,
    [property: Description("Whose it is.")] string Engine,
    [property: Description("What it can be asked to do.")] IReadOnlyList<string> Operations,
    [property: Description("In characters.")] int LongestPrompt,
    bool TakesSeed,
    [property: Description("Used when no model is given.")] bool IsDefault,
    string Description);
