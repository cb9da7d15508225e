using System.ComponentModel;
using System.Text.Json.Serialization;

namespace MjAspire.McpGateway.Tools;

/// <summary>Where a job is, in the words of the tools.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
internal enum JobState
{
    [JsonStringEnumMemberName("pending")] Pending,
    [JsonStringEnumMemberName("processing")] Processing,
    [JsonStringEnumMemberName("needs_input")] NeedsInput,
    [JsonStringEnumMemberName("completed")] Completed,
    [JsonStringEnumMemberName("failed")] Failed,
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>Structured content of every tool that starts, follows or changes a job.</summary>
internal sealed record JobReport
{
    [Description("The job's id; get_job_status and wait_for_job take it.")]
    public required Guid JobId { get; init; }

    [Description("imagine, upscale, variation ...; an external job's own word.")]
    public required string Operation { get; init; }

    [Description("completed, failed and cancelled are final; needs_input waits for answer_job.")]
    public required JobState Status { get; init; }

    [Description("Percent, 0 to 100.")]
    public required int Progress { get; init; }

    [Description("What is being done now, in a word.")]
    public string? Step { get; init; }

    [Description("The state in a sentence, and what to do next.")]
    public required string Message { get; init; }

    [Description("The pictures, once the job is completed: first the whole 2x2 grid (no index), then its four parts (index 1 to 4).")]
    public required IReadOnlyList<ReportedImage> Images { get; init; }

    [Description("What came in words: descriptions, shorter prompts.")]
    public IReadOnlyList<string>? Texts { get; init; }

    [Description("What a job in needs_input wants to know.")]
    public string? Question { get; init; }

    [Description("What may be done with the pictures: upscale 2, variation 1, pan left ...")]
    public IReadOnlyList<string>? FollowUps { get; init; }

    [Description("All jobs of a batch, this one first.")]
    public IReadOnlyList<Guid>? Batch { get; init; }

    [Description("Why the job failed.")]
    public ToolError? Error { get; init; }

    [Description("Seconds to wait before asking again; absent once nothing more will happen.")]
    public int? NextPollSeconds { get; init; }
}

internal sealed record ReportedImage
{
    [Description("For get_image; as mj://images/{image_id} also wherever a tool takes a picture.")]
    public required Guid ImageId { get; init; }

    [Description("Opens the picture without a key, for a while.")]
    public Uri? Url { get; init; }

    [Description("Pixels.")]
    public int? Width { get; init; }

    [Description("Pixels.")]
    public int? Height { get; init; }

    [Description("1 to 4, row by row, for a part of a grid.")]
    public int? Index { get; init; }

    [Description("The grid this is a part of.")]
    public Guid? ParentImageId { get; init; }

    public string? MimeType { get; init; }
}

/// <summary>An error in structured content: the same place and shape in every tool.</summary>
internal sealed record ToolError(
    [property: Description("Stable, for programs: E_PROMPT_EMPTY, E_JOB_NOT_FOUND, E_RATE_LIMITED ...")] string Code,
    [property: Description("For people and models.")] string Message);
