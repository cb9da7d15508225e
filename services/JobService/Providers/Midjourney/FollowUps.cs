using System.Text.Json;
using MjAspire.JobService.Creating;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>
/// What may follow on a picture is what its task's buttons say, never a table of ours:
/// <code>
/// {"customId":"MJ::JOB::upsample::1::{uuid}","label":"U1"}   variation::1   reroll::0   MJ::Outpaint::50 (zoom 2x), ::75 (1.5x)
/// MJ::JOB::pan_left::1   MJ::JOB::low_variation::1   MJ::JOB::upsample_v7_2x_subtle::1   MJ::Inpaint::1
/// </code>
/// Relays of the change dialect show no buttons; there upscale, variation and reroll of a grid go by index.
/// </summary>
internal static class FollowUps
{
    /// <summary>The button to press for this request; null when the parent does not offer it.</summary>
    public static string? Find(string buttons, string operation, ImageRequest request) =>
        CustomIds(buttons).FirstOrDefault(id => Matches(id, operation, request));

    /// <summary>What a parent allows, in our words: <c>upscale 1</c>, <c>pan left</c> ...</summary>
    public static IReadOnlyList<string> Allowed(string? buttons) =>
        buttons is null
            ? ["upscale 1", "upscale 2", "upscale 3", "upscale 4", "variation 1", "variation 2", "variation 3", "variation 4", "reroll"]
            : [.. CustomIds(buttons).Select(Name).OfType<string>().Distinct()];

    /// <summary>The change dialect's word for an operation; null where it has none.</summary>
    public static string? ChangeAction(string operation, ImageRequest request) => (operation, request.Index) switch
    {
        ("upscale", not null) => "UPSCALE",
        ("variation", not null) => "VARIATION",
        ("reroll", _) => "REROLL",
        _ => null,
    };

    private static bool Matches(string id, string operation, ImageRequest request) => (operation, request) switch
    {
        ("upscale", { Index: { } index }) => id.StartsWith($"MJ::JOB::upsample::{index}::", StringComparison.Ordinal),
        ("upscale", { Strength: { } strength }) =>
            id.StartsWith("MJ::JOB::upsample_", StringComparison.Ordinal) && id.Contains($"_{strength}::", StringComparison.Ordinal),
        ("variation", { Index: { } index }) => id.StartsWith($"MJ::JOB::variation::{index}::", StringComparison.Ordinal),
        ("variation", { Strength: "subtle" }) => id.StartsWith("MJ::JOB::low_variation::", StringComparison.Ordinal),
        ("variation", _) => id.StartsWith("MJ::JOB::high_variation::", StringComparison.Ordinal),
        ("reroll", _) => id.StartsWith("MJ::JOB::reroll::", StringComparison.Ordinal),
        ("zoom", { Factor: 1.5 }) => id.StartsWith("MJ::Outpaint::75::", StringComparison.Ordinal),
        ("zoom", _) => id.StartsWith("MJ::Outpaint::50::", StringComparison.Ordinal),
        ("pan", { Direction: { } direction }) => id.StartsWith($"MJ::JOB::pan_{direction}::", StringComparison.Ordinal),
        ("inpaint", _) => id.StartsWith("MJ::Inpaint::", StringComparison.Ordinal),
        _ => false,
    };

    private static string? Name(string id) => id.Split("::") switch
    {
        [_, "JOB", "upsample", var index, ..] => $"upscale {index}",
        [_, "JOB", "variation", var index, ..] => $"variation {index}",
        [_, "JOB", "reroll", ..] => "reroll",
        [_, "JOB", "low_variation", ..] => "variation subtle",
        [_, "JOB", "high_variation", ..] => "variation strong",
        [_, "JOB", var pan, ..] when pan.StartsWith("pan_", StringComparison.Ordinal) => $"pan {pan[4..]}",
        [_, "JOB", var upscale, ..] when upscale.StartsWith("upsample_", StringComparison.Ordinal) => $"upscale {upscale[(upscale.LastIndexOf('_') + 1)..]}",
        [_, "Outpaint", "50", ..] => "zoom 2",
        [_, "Outpaint", "75", ..] => "zoom 1.5",
        [_, "Inpaint", ..] => "inpaint",
        _ => null,
    };

    private static IEnumerable<string> CustomIds(string buttons)
    {
        using var json = JsonDocument.Parse(buttons);
        foreach (var button in json.RootElement.EnumerateArray())
        {
            if (button.ValueKind == JsonValueKind.Object && button.TryGetProperty("customId", out var id) && id.ValueKind == JsonValueKind.String)
                yield return id.GetString()!;
        }
    }
}
