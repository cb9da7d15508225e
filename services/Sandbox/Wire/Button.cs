using System.Globalization;
using MjAspire.Sandbox.Drawing;

namespace MjAspire.Sandbox.Wire;

/// <summary>What may be done with a finished task. Style 2 is grey, type 2 is a button: Discord's numbers.</summary>
internal sealed record Button(string CustomId, string Emoji, string Label, int Style = 2, int Type = 2)
{
    public static IReadOnlyList<Button> For(Picture picture, Guid hash) => picture switch
    {
        { Parts.Length: 4 } => Grid(hash),
        { Enlarged: true } => Single(hash),
        _ => [.. Enlarging(hash), .. Single(hash)],
    };

    /// <summary>Under a 2x2 grid: enlarge one, vary one, or all again.</summary>
    private static IReadOnlyList<Button> Grid(Guid hash) =>
    [
        .. Enumerable.Range(1, 4).Select(i => new Button($"MJ::JOB::upsample::{i}::{hash}", "", $"U{i}")),
        new($"MJ::JOB::reroll::0::{hash}::SOLO", "🔄", ""),
        .. Enumerable.Range(1, 4).Select(i => new Button($"MJ::JOB::variation::{i}::{hash}", "", $"V{i}")),
    ];

    /// <summary>Under a single picture that has not been enlarged.</summary>
    private static IReadOnlyList<Button> Enlarging(Guid hash) =>
    [
        new($"MJ::JOB::upsample_v7_2x_subtle::1::{hash}::SOLO", "upscale_1", "Upscale (Subtle)"),
        new($"MJ::JOB::upsample_v7_2x_creative::1::{hash}::SOLO", "upscale_1", "Upscale (Creative)"),
    ];

    /// <summary>Under every single picture.</summary>
    private static IReadOnlyList<Button> Single(Guid hash) =>
    [
        new($"MJ::JOB::low_variation::1::{hash}::SOLO", "🪄", "Vary (Subtle)"),
        new($"MJ::JOB::high_variation::1::{hash}::SOLO", "🪄", "Vary (Strong)"),
        new($"MJ::Inpaint::1::{hash}::SOLO", "🖌️", "Vary (Region)"),
        new($"MJ::Outpaint::50::1::{hash}::SOLO", "🔍", "Zoom Out 2x"),
        new($"MJ::Outpaint::75::1::{hash}::SOLO", "🔍", "Zoom Out 1.5x"),
        new($"MJ::CustomZoom::{hash}", "🔍", "Custom Zoom"),
        new($"MJ::JOB::pan_left::1::{hash}::SOLO", "⬅️", ""),
        new($"MJ::JOB::pan_right::1::{hash}::SOLO", "➡️", ""),
        new($"MJ::JOB::pan_up::1::{hash}::SOLO", "⬆️", ""),
        new($"MJ::JOB::pan_down::1::{hash}::SOLO", "⬇️", ""),
    ];

    /// <summary><c>MJ::JOB::{what}::{index}::{uuid}[::SOLO]</c>, or <c>MJ::{what}::...</c></summary>
    public (string What, int Index) Read() => CustomId.Split("::") switch
    {
        ["MJ", "JOB", var what, var index, ..] => (what, int.Parse(index, CultureInfo.InvariantCulture)),
        ["MJ", "Outpaint", var percent, ..] => ($"Outpaint_{percent}", 1),
        ["MJ", var what, ..] => (what, 1),
        _ => throw new FormatException($"Not a button of ours: {CustomId}"),
    };
}
