namespace MjAspire.Sandbox.Running;

/// <summary>What becomes of a task: wait, then show this.</summary>
internal readonly record struct Step(TimeSpan After, string Status, int Progress);

internal static class Script
{
    // The percentages Midjourney is seen to show.
    private static readonly int[] Percent = [0, 15, 31, 46, 62, 78, 93];

    /// <summary>SUBMITTED, IN_PROGRESS several times, SUCCESS, evenly over the delay; without one, the shortest honest sequence.</summary>
    public static IReadOnlyList<Step> For(TimeSpan delay)
    {
        var percent = delay > TimeSpan.Zero ? Percent : [46];
        var pause = delay / (percent.Length + 1);
        return
        [
            new(TimeSpan.Zero, "SUBMITTED", 0),
            .. percent.Select(value => new Step(pause, "IN_PROGRESS", value)),
            new(pause, "SUCCESS", 100),
        ];
    }
}
