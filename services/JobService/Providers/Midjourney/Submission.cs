using System.Text.Json;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>
/// What is posted where, for each operation and dialect:
/// <code>
/// POST mj/submit/imagine  {"prompt","base64Array"}                POST mj/submit/blend    {"base64Array","dimensions"}
/// POST mj/submit/action   {"taskId","customId"}                   POST mj/submit/describe {"base64"}
/// POST mj/submit/change   {"taskId","action","index"}             POST mj/submit/shorten  {"prompt"}
/// POST mj/submit/modal    {"taskId","prompt","maskBase64"}        POST mj/submit/edits    {"prompt","image"}
/// </code>
/// each with <c>state</c> and <c>notifyHook</c>; speed goes by prefix: <c>mj-fast/mj/submit/...</c>. Pure.
/// </summary>
internal sealed record Submission(string Path, IReadOnlyDictionary<string, object?> Body)
{
    public static Submission For(SubmitRequest submit, MidjourneyDialect dialect)
    {
        var (job, request) = (submit.Job, submit.Request);
        var (action, body) = submit switch
        {
            { Job: { Answer: { } answer, ProviderTaskId: { } taskId } } => ("modal", Modal(taskId, answer, submit)),
            { Parent: { } parent } => FollowUp(job.Operation, request, parent, dialect),
            _ => (job.Operation == "edit" ? "edits" : job.Operation, Fresh(job.Operation, request, submit.Images)),
        };
        body["state"] = job.Id.ToString();
        body["notifyHook"] = submit.Callback.AbsoluteUri;
        return new($"{(request.Speed is { } speed ? $"mj-{speed}/" : "")}mj/submit/{action}", body);
    }

    private static (string, Dictionary<string, object?>) FollowUp(string operation, ImageRequest request, Job parent, MidjourneyDialect dialect)
    {
        if (dialect != MidjourneyDialect.Change && parent.Buttons is not null && FollowUps.Find(parent.Buttons, operation, request) is { } customId)
            return ("action", new() { ["taskId"] = parent.ProviderTaskId, ["customId"] = customId });
        if (dialect != MidjourneyDialect.Action && FollowUps.ChangeAction(operation, request) is { } action)
            return ("change", new() { ["taskId"] = parent.ProviderTaskId, ["action"] = action, ["index"] = request.Index });
        throw new InvalidOperationException($"{operation} was allowed at creation but the parent does not offer it.");
    }

    private static Dictionary<string, object?> Fresh(string operation, ImageRequest request, IReadOnlyList<string> images) => operation switch
    {
        "blend" => new() { ["base64Array"] = images, ["dimensions"] = (request.Dimensions ?? "square").ToUpperInvariant() },
        "describe" => new() { ["base64"] = images[0] },
        "shorten" => new() { ["prompt"] = request.Prompt },
        "edit" => new() { ["prompt"] = request.Prompt, ["image"] = images[0] },
        _ => new() { ["prompt"] = Prompt.Of(request), ["base64Array"] = images },
    };

    /// <summary>Relays refuse a mask without words: those of the answer, else of the job, else of the picture it goes on from.</summary>
    private static Dictionary<string, object?> Modal(string taskId, string answer, SubmitRequest submit)
    {
        using var json = JsonDocument.Parse(answer);
        var prompt = Text(json, "prompt") ?? submit.Request.Prompt ?? (submit.Parent is { } parent ? ImageRequest.Parse(parent.InputData).Prompt : null);
        return new() { ["taskId"] = taskId, ["prompt"] = prompt, ["maskBase64"] = Text(json, "mask") };
    }

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
