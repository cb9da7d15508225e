using MjAspire.Sandbox.Drawing;

namespace MjAspire.Sandbox.Submitting;

/// <summary>What is to be drawn, or said.</summary>
internal sealed record Order
{
    public required string Action { get; init; }

    public required string Prompt { get; init; }

    public required string Description { get; init; }

    public string BotType { get; init; } = "MID_JOURNEY";

    public Picture? Picture { get; init; }

    public long Seed { get; init; }

    /// <summary>The words that come instead of a picture.</summary>
    public string? Answer { get; init; }

    public string? ParentId { get; init; }

    /// <summary>Waits for a prompt, perhaps with a mask, before it begins.</summary>
    public bool Window { get; init; }
}
