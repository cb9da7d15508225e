using MjAspire.Sandbox.Faults;

namespace MjAspire.Sandbox.Running;

/// <summary>What becomes of a task: wait, then show this.</summary>
internal readonly record struct Step(TimeSpan After, string Status, int Progress)
{
    /// <summary>Not a status: the task is gone, as after a restart of a relay that keeps its tasks in memory.</summary>
    public const string Forgotten = "(forgotten)";

    /// <summary>Why, for FAILURE.</summary>
    public string? Reason { get; init; }

    /// <summary>The hook is told of it, but fetch never shows it.</summary>
    public bool HookOnly { get; init; }
}

internal static class Script
{
    // The percentages Midjourney is seen to show.
    private static readonly int[] Percent = [0, 15, 31, 46, 62, 78, 93];

    /// <summary>A task in any state is cancelled.</summary>
    public static IReadOnlyList<Step> Cancelled { get; } = [Failure(TimeSpan.Zero, "Task cancelled")];

    /// <summary>
    /// SUBMITTED, IN_PROGRESS several times, SUCCESS, evenly over the delay; without one, the shortest honest sequence. A fault ends it differently.
    /// </summary>
    public static IReadOnlyList<Step> For(TimeSpan delay, FaultPlan faults)
    {
        var percent = delay > TimeSpan.Zero ? Percent : faults.Has(Fault.Stuck93) || faults.Has(Fault.StuckCallback93) ? [46, 93] : [46];
        var pause = delay / (percent.Length + 1);
        var (last, end) = Ending(faults, pause);
        return
        [
            new(TimeSpan.Zero, "SUBMITTED", 0),
            .. percent.Where(value => value <= last).Select(value => new Step(pause, "IN_PROGRESS", value)),
            .. end,
        ];
    }

    /// <summary>Up to which percentage it goes well, and what comes then.</summary>
    private static (int Last, Step[] End) Ending(FaultPlan faults, TimeSpan pause)
    {
        if (faults.Has(Fault.BannedLater))
            return (-1, [Failure(pause, "Banned prompt detected: a word of the prompt is not allowed")]);
        if (faults.Has(Fault.Modal))
            return (-1, [new(pause, "MODAL", 0)]);
        if (faults.Has(Fault.Restart))
            return (46, [new(pause, Step.Forgotten, 50)]);
        if (faults.Has(Fault.Moderated))
            return (46, [new(pause, "IN_PROGRESS", 60), Failure(TimeSpan.Zero, "The picture was moderated: it may violate the community guidelines")]);
        if (faults.Has(Fault.Stuck93))
            return (93, []);

        Step success = new(pause, "SUCCESS", 100);
        return faults.Has(Fault.FailureThenSuccess)
            ? (93, [Failure(TimeSpan.Zero, "Task timed out") with { HookOnly = true }, success])
            : (93, [success]);
    }

    private static Step Failure(TimeSpan after, string reason) => new(after, "FAILURE", 0) { Reason = reason };
}
