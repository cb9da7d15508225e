using System.Globalization;
using System.Text.Json;
using MjAspire.Contracts.Images;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>What a task of the relay means for a job. Pure.</summary>
internal static class MidjourneyReports
{
    public static ProviderReport From(MidjourneyTask task)
    {
        var job = Guid.TryParse(task.State, out var id) ? id : (Guid?)null;
        return new(task.Id!, job, Meaning(task), task.Status is "SUCCESS" or "FAILURE" or "CANCEL");
    }

    private static JobInput? Meaning(MidjourneyTask task) => task.Status switch
    {
        "NOT_START" or "SUBMITTED" => new JobInput.Advance(0, "queued_at_provider", "Waiting at the provider."),
        "IN_PROGRESS" => new JobInput.Advance(Percent(task.Progress), "drawing", $"Drawing, {Percent(task.Progress)} %."),
        "MODAL" => new JobInput.AskForInput("The provider wants a prompt or a mask before it goes on."),
        "SUCCESS" when !string.IsNullOrEmpty(task.ImageUrl) => new JobInput.Drawn(
            [new ImageSource(task.ImageUrl, IsGrid(task) ? ImageLayout.Grid : ImageLayout.Whole)],
            task.Buttons is { ValueKind: JsonValueKind.Array } buttons ? buttons.GetRawText() : null),
        "SUCCESS" => new JobInput.Fail("E_PROVIDER_NO_IMAGE", "The provider says it has finished but names no picture."),
        "FAILURE" => new JobInput.Fail("E_PROVIDER_FAILED", Reason(task)),
        "CANCEL" => new JobInput.Fail("E_PROVIDER_CANCELLED", "The job was cancelled at the provider."),
        _ => null, // a word of a later version: the next report will be clearer, or the deadline ends it
    };

    /// <summary>Everything that is not one enlarged picture comes back as four, two by two.</summary>
    private static bool IsGrid(MidjourneyTask task) =>
        task.Action is null or "IMAGINE" or "VARIATION" or "REROLL" or "BLEND" or "ZOOM" or "PAN";

    private static int Percent(string? progress) =>
        int.TryParse(progress?.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? Math.Clamp(percent, 0, 100) : 0;

    private static string Reason(MidjourneyTask task) =>
        string.IsNullOrWhiteSpace(task.FailReason) ? "The provider failed without saying why." : task.FailReason[..Math.Min(task.FailReason.Length, 1_000)];
}
