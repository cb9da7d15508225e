using System.Globalization;
using System.Text.Json;
using MjAspire.Contracts.Images;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>What a task of the relay means for the job it belongs to. Pure.</summary>
internal static class MidjourneyReports
{
    private static readonly string[] ModerationWords = ["moderat", "banned", "blocked", "violat", "sensitive", "敏感"];

    public static ProviderReport From(MidjourneyTask task, string operation)
    {
        var job = Guid.TryParse(task.State, out var id) ? id : (Guid?)null;
        return new(task.Id!, job, Meaning(task, operation), task.Status is "SUCCESS" or "FAILURE" or "CANCEL");
    }

    private static JobInput? Meaning(MidjourneyTask task, string operation) => task.Status switch
    {
        "NOT_START" or "SUBMITTED" => JobInput.Advance.NotBegun,
        "IN_PROGRESS" => new JobInput.Advance(Percent(task.Progress), "drawing", $"Drawing, {Percent(task.Progress)} %."),
        "MODAL" => new JobInput.AskForInput("The provider wants a prompt or a mask before it goes on."),
        "SUCCESS" => Success(task, operation),
        "FAILURE" => Failure(task),
        "CANCEL" => new JobInput.Fail("E_PROVIDER_CANCELLED", "The job was cancelled at the provider."),
        _ => null, // a word of a later version: the next report will be clearer, or the deadline ends it
    };

    private static JobInput Success(MidjourneyTask task, string operation)
    {
        var result = Operation.All.TryGetValue(operation, out var known) ? known.Result : OperationResult.Grid;
        if (result == OperationResult.Text)
            return task.FinalPrompt is { Length: > 0 } text
                ? new JobInput.Described(JsonSerializer.Serialize(new { texts = Paragraphs(text) }))
                : new JobInput.Fail("E_PROVIDER_NO_RESULT", "The provider says it has finished but gives no words.");

        var buttons = task.Buttons is { ValueKind: JsonValueKind.Array } array ? array.GetRawText() : null;
        var seed = long.TryParse(task.Seed?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null;
        var separate = task.ImageUrls?.Select(image => image.Url).OfType<string>().Where(url => url.Length > 0).ToList();
        return (task.ImageUrl, separate) switch
        {
            // Some relays hand out the four pictures instead of their grid.
            (_, { Count: > 1 }) => new JobInput.Drawn([.. separate.Select(url => new ImageSource(url, ImageLayout.Whole))], buttons, seed),
            ({ Length: > 0 } url, _) => new JobInput.Drawn(
                [new ImageSource(url, result == OperationResult.Grid ? ImageLayout.Grid : ImageLayout.Whole)], buttons, seed),
            _ => new JobInput.Fail("E_PROVIDER_NO_IMAGE", "The provider says it has finished but names no picture."),
        };
    }

    private static JobInput.Fail Failure(MidjourneyTask task)
    {
        var reason = string.IsNullOrWhiteSpace(task.FailReason) ? "The provider failed without saying why." : task.FailReason;
        reason = reason[..Math.Min(reason.Length, 1_000)];
        var moderated = ModerationWords.Any(word => reason.Contains(word, StringComparison.OrdinalIgnoreCase));
        return new(moderated ? "E_MODERATED" : "E_PROVIDER_FAILED", reason);
    }

    private static int Percent(string? progress) =>
        int.TryParse(progress?.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? Math.Clamp(percent, 0, 100) : 0;

    /// <summary>A description comes as four numbered paragraphs, <c>1️⃣ a fox ...</c>.</summary>
    private static IEnumerable<string> Paragraphs(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Length > 2 && char.IsDigit(line[0]) && line.IndexOf('\u20E3') is var mark and > 0 ? line[(mark + 1)..].Trim() : line);
}
