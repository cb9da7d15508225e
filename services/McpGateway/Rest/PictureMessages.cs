using System.ComponentModel;
using MjAspire.McpGateway.Tools;

namespace MjAspire.McpGateway.Rest;

/// <summary>The body of <c>POST /imagine</c>.</summary>
internal sealed record ImagineRequest
{
    [Description("What the picture is to show; at most 8,192 characters.")]
    public string? Prompt { get; init; }

    public string? Model { get; init; }

    [Description("The model's version, as GET /version lists them; the owner's choice, when left out.")]
    public string? Version { get; init; }

    [Description("Width to height, 16:9.")]
    public string? AspectRatio { get; init; }

    [Description("What is not to be seen.")]
    public string? NegativePrompt { get; init; }

    [Description("relax, fast or turbo.")]
    public string? Speed { get; init; }

    [Description("What the noise is drawn from, 0 to 4294967295, with models that take one: the same again, and the picture is much the same.")]
    public long? Seed { get; init; }

    [Description("How often to draw it, 1 to 4, each time as a job of its own; a seed is counted up.")]
    public int? Count { get; init; }

    [Description("The format the links are to open in: png, jpeg or webp; the model's own, when left out.")]
    public string? Format { get; init; }

    [Description("Pictures to start from: web addresses, mj://images/{id}, or ids of finished jobs; at most 5.")]
    public IReadOnlyList<string>? Images { get; init; }
}

/// <summary>The body of <c>POST /upscale</c> and <c>POST /variation</c>.</summary>
internal sealed record FollowUpRequest
{
    [Description("The finished job to go on from.")]
    public Guid? JobId { get; init; }

    [Description("Or the picture itself; a part of a grid says its index too.")]
    public Guid? ImageId { get; init; }

    [Description("Which of the four, 1 to 4, row by row.")]
    public int? Index { get; init; }

    [Description("For a single picture: subtle or creative (upscale), subtle or strong (variation).")]
    public string? Strength { get; init; }
}

/// <summary>A job that was started.</summary>
/// <param name="StatusUrl">Where to ask for it.</param>
/// <param name="NextPollSeconds">Seconds to wait before asking.</param>
internal sealed record StartedJob(Guid JobId, JobState Status, DateTimeOffset CreatedAt, string StatusUrl, int NextPollSeconds)
{
    [Description("With a count: GET /api/batches/{id} shows all its jobs.")]
    public Guid? BatchId { get; init; }

    [Description("With a count: the jobs, this one first.")]
    public IReadOnlyList<Guid>? Batch { get; init; }
}
