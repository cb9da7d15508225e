namespace MjAspire.Sandbox.Faults;

/// <summary>What goes wrong with one submit and its task.</summary>
internal sealed class FaultPlan
{
    private const int UsualEmptyFetches = 3;

    private readonly HashSet<string> _faults;

    private FaultPlan(IEnumerable<string> faults, int nth, int emptyFetches) =>
        (_faults, Nth, EmptyFetches) = (faults.ToHashSet(StringComparer.Ordinal), nth, emptyFetches);

    public static FaultPlan None { get; } = new([], 1, 0);

    /// <summary>Which submit of its prompt and state this is, from 1.</summary>
    public int Nth { get; }

    /// <summary>How many fetches are answered with nothing.</summary>
    public int EmptyFetches { get; }

    public static FaultPlan Of(IReadOnlyList<FaultFlag> flags, int nth)
    {
        // The number behind empty-fetch counts fetches, all others count submits.
        var active = flags.Where(flag => flag.Name == Fault.EmptyFetch || flag.Count is null || nth <= flag.Count).ToList();
        var empty = active.Where(flag => flag.Name == Fault.EmptyFetch).Select(flag => flag.Count ?? UsualEmptyFetches).FirstOrDefault();
        return new(active.Select(flag => flag.Name), nth, empty);
    }

    public bool Has(string fault) => _faults.Contains(fault);

    /// <summary>For a task that goes on after its window was answered: what it had and what the answer brought, but no second window.</summary>
    public FaultPlan After(FaultPlan answer) =>
        new(_faults.Union(answer._faults).Where(fault => fault != Fault.Modal), Nth, Math.Max(EmptyFetches, answer.EmptyFetches));
}
