using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Notifying;

/// <summary>What the hook of one task is told: every change, once and in order, unless a fault says otherwise.</summary>
internal sealed class Telling(FaultPlan faults)
{
    private readonly List<TaskView> _held = [];
    private int _changes;

    /// <summary>After this change; nothing, or more than one, when a fault says so.</summary>
    public IReadOnlyList<TaskView> Next(TaskView view)
    {
        var terminal = view.Status is "SUCCESS" or "FAILURE";
        if (faults.Has(Fault.LostCallback) || (terminal && faults.Has(Fault.StuckCallback93)))
            return [];

        IReadOnlyList<TaskView> told = terminal && faults.Has(Fault.DuplicateTerminal) ? [view, view] : [view];
        if (!faults.Has(Fault.OutOfOrder))
            return told;

        // The second, fourth ... change waits for the one after it.
        if (_changes++ % 2 == 1)
        {
            _held.AddRange(told);
            return [];
        }
        return [.. told, .. Rest()];
    }

    /// <summary>What was held back.</summary>
    public IReadOnlyList<TaskView> Rest()
    {
        TaskView[] rest = [.. _held];
        _held.Clear();
        return rest;
    }
}
