using System.Globalization;

namespace MjAspire.Sandbox.Wire;

/// <summary>What may be done with a finished task. Style 2 is grey, type 2 is a button: Discord's numbers.</summary>
internal sealed record Button(string CustomId, string Emoji, string Label, int Style = 2, int Type = 2)
{
    /// <summary>Under a 2x2 grid: enlarge one, vary one, or all again.</summary>
    public static IReadOnlyList<Button> ForGrid(Guid hash) =>
    [
        .. Enumerable.Range(1, 4).Select(i => new Button($"MJ::JOB::upsample::{i}::{hash}", "", $"U{i}")),
        new Button($"MJ::JOB::reroll::0::{hash}::SOLO", "🔄", ""),
        .. Enumerable.Range(1, 4).Select(i => new Button($"MJ::JOB::variation::{i}::{hash}", "", $"V{i}")),
    ];

    /// <summary><c>MJ::JOB::{what}::{index}::{uuid}[::SOLO]</c></summary>
    public (string What, int Index) Read() => CustomId.Split("::") is ["MJ", "JOB", var what, var index, ..]
        ? (what, int.Parse(index, CultureInfo.InvariantCulture))
        : throw new FormatException($"Not a button of ours: {CustomId}");
}
