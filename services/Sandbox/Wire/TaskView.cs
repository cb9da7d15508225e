namespace MjAspire.Sandbox.Wire;

/// <summary>
/// A task as <c>fetch</c> answers it and as <c>notifyHook</c> receives it.
/// <code>
/// {"id":"14001929738841620","action":"IMAGINE","status":"SUCCESS","prompt":"...","promptEn":"...","description":"/imagine ...",
///  "state":null,"submitTime":1689231405854,"startTime":1689231442755,"finishTime":1689231544312,"progress":"100%",
///  "imageUrl":"https://...png","failReason":null,"properties":{"finalPrompt":"...","notifyHook":"..."},
///  "parentId":null,"botType":"MID_JOURNEY","mode":"FAST","seed":null,"thumbnailUrl":null,"imageUrls":[],"width":1024,"height":1024,
///  "videoUrls":[],"buttons":[{"customId":"MJ::JOB::upsample::1::{uuid}","emoji":"","label":"U1","style":2,"type":2}]}
/// </code>
/// The first three lines are common to all proxies; the rest is the action dialect (trueai-org/midjourney-proxy v10).
/// <c>imageUrls</c> is empty, or has the four pictures of a grid: <c>[{"url":"https://...","thumbnail":"https://..."}]</c>
/// </summary>
internal sealed record TaskView
{
    public required string Id { get; init; }

    public required string Action { get; init; }

    public required string Status { get; init; }

    public required string Prompt { get; init; }

    public required string PromptEn { get; init; }

    public required string Description { get; init; }

    public string? State { get; init; }

    /// <summary>Unix milliseconds, like all times here.</summary>
    public required long SubmitTime { get; init; }

    public long? StartTime { get; init; }

    public long? FinishTime { get; init; }

    /// <summary><c>0%</c> to <c>100%</c>; empty on failure.</summary>
    public required string Progress { get; init; }

    /// <summary>While IN_PROGRESS, a coarse preview.</summary>
    public string? ImageUrl { get; init; }

    public string? FailReason { get; init; }

    /// <summary>Echoes the hook, as the real ones do: whoever shows a task must leave this out.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    [ActionDialect]
    public string? ParentId { get; init; }

    [ActionDialect]
    public required string BotType { get; init; }

    [ActionDialect]
    public required string Mode { get; init; }

    [ActionDialect]
    public string? Seed { get; init; }

    [ActionDialect]
    public string? ThumbnailUrl { get; init; }

    [ActionDialect]
    public IReadOnlyList<TaskImage> ImageUrls { get; init; } = [];

    [ActionDialect]
    public int? Width { get; init; }

    [ActionDialect]
    public int? Height { get; init; }

    [ActionDialect]
    public IReadOnlyList<TaskImage> VideoUrls { get; init; } = [];

    [ActionDialect]
    public IReadOnlyList<Button> Buttons { get; init; } = [];
}

internal sealed record TaskImage(string Url, string? Thumbnail);
