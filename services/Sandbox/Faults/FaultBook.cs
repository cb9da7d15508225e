using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using MjAspire.Sandbox.Drawing;

namespace MjAspire.Sandbox.Faults;

/// <summary>Plans the faults of each submit, counting how often the same was submitted.</summary>
internal sealed class FaultBook
{
    private const int Capacity = 20_000;

    private readonly FaultFlag[] _standing;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, int> _submits = [];
    private readonly Queue<ulong> _oldest = [];

    public FaultBook(IOptions<SandboxOptions> options)
    {
        if (!FaultFlag.TryReadAll(options.Value.Faults, out _standing, out var why))
            throw new InvalidOperationException(why);
    }

    /// <summary>No for a prompt that names a fault which is not known.</summary>
    public bool TryPlan(string? prompt, string? state, out FaultPlan plan, [NotNullWhen(false)] out string? why)
    {
        (plan, why) = (FaultPlan.None, null);
        var flags = _standing;
        if (FaultFlag.In(prompt ?? "") is { Length: > 0 } named && !FaultFlag.TryReadAll(named, out flags, out why))
            return false;
        if (flags.Length > 0)
            plan = FaultPlan.Of(flags, Nth(Dice.Mix(Dice.Hash(prompt ?? ""), Dice.Hash(state ?? ""))));
        return true;
    }

    private int Nth(ulong submit)
    {
        lock (_lock)
        {
            if (_submits.TryGetValue(submit, out var before))
                return _submits[submit] = before + 1;
            if (_submits.Count >= Capacity)
                _submits.Remove(_oldest.Dequeue());
            _oldest.Enqueue(submit);
            return _submits[submit] = 1;
        }
    }
}
