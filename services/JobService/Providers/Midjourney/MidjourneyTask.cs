using System.Text.Json;
using System.Text.Json.Serialization;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>
/// A task as the relay shows it, in the answer to a fetch and as the body of a callback:
/// <code>
/// {"id":"14001929738841620","action":"IMAGINE","status":"SUCCESS","progress":"100%","state":"...","failReason":null,
///  "imageUrl":"https://...png","imageUrls":[{"url":"...","thumbnail":"..."}],
///  "buttons":[{"customId":"MJ::JOB::upsample::1::...","emoji":"","label":"U1","style":2,"type":2}],
///  "properties":{"finalPrompt":"...","notifyHook":"..."}}
/// </code>
/// Source: github.com/novicezk/midjourney-proxy and github.com/trueai-org/midjourney-proxy. Read tolerantly: members differ by version,
/// and <c>properties.notifyHook</c> echoes our capability URL, which is why properties are never kept.
/// </summary>
internal sealed record MidjourneyTask
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    public string? Id { get; init; }
    public string? Action { get; init; }

    /// <summary>NOT_START, SUBMITTED, IN_PROGRESS, FAILURE, SUCCESS; in the action dialect MODAL and CANCEL.</summary>
    public string? Status { get; init; }

    /// <summary><c>"0%"</c> to <c>"100%"</c>; <c>""</c> on failure.</summary>
    public string? Progress { get; init; }

    /// <summary>What we gave to the submit: the job's id.</summary>
    public string? State { get; init; }

    public string? FailReason { get; init; }

    /// <summary>A partial picture while IN_PROGRESS, the finished one after SUCCESS.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>Set by relays that hand out the four pictures of a grid one by one.</summary>
    public IReadOnlyList<TaskImage>? ImageUrls { get; init; }

    /// <summary>What the noise was drawn from, where a relay knows it; a number or its text.</summary>
    public JsonElement? Seed { get; init; }

    public JsonElement? Buttons { get; init; }

    public TaskProperties? Properties { get; init; }

    /// <summary>The words that describe and shorten answer with.</summary>
    public string? FinalPrompt => Properties?.FinalPrompt;

    private bool IsWhole => this is { Id: not null, Status: not null };

    /// <summary>The task in these bytes; null when they are not one.</summary>
    public static MidjourneyTask? Read(ReadOnlySpan<byte> json) => Parse<MidjourneyTask>(json) is { IsWhole: true } task ? task : null;

    /// <summary>The tasks in these bytes, a JSON array; none when they are not one.</summary>
    public static IEnumerable<MidjourneyTask> ReadAll(ReadOnlySpan<byte> json) =>
        Parse<MidjourneyTask?[]>(json)?.OfType<MidjourneyTask>().Where(task => task.IsWhole) ?? [];

    private static T? Parse<T>(ReadOnlySpan<byte> json) where T : class
    {
        if (json.IsEmpty)
            return null;
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One picture of several.</summary>
internal sealed record TaskImage(string? Url);

/// <summary>The one property that is read; <c>notifyHook</c>, our capability URL, is not.</summary>
internal sealed record TaskProperties(string? FinalPrompt);
