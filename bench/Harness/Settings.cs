namespace MjAspire.Bench.Harness;

/// <summary>How long to measure: <c>--seconds 4 --rounds 3</c>, and the names of paths; all of them when none is named.</summary>
internal sealed record Settings(TimeSpan Leg, int Rounds, IReadOnlyList<string> Names)
{
    /// <summary>
    /// Before the first leg. A service has hundreds of methods on its way, and they are compiled once more, on the same two cores, when they have
    /// been called often; a leg before that measures the compiler.
    /// </summary>
    public TimeSpan WarmUp => Leg * 2;

    /// <summary>A hand-written server is all of it warm sooner.</summary>
    public TimeSpan WarmUpOfOthers => Leg / 2;

    /// <summary>How long the sustained run of the whole system lasts.</summary>
    public TimeSpan Sustained => Leg * 15;

    public static Settings Read(string[] args)
    {
        var (seconds, rounds, names) = (4.0, 3, new List<string>());
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--seconds":
                    seconds = double.Parse(args[++i]);
                    break;
                case "--rounds":
                    rounds = int.Parse(args[++i]);
                    break;
                default:
                    names.AddRange(args[i].Split([',', ' '], StringSplitOptions.RemoveEmptyEntries));
                    break;
            }
        }
        return new(TimeSpan.FromSeconds(seconds), rounds, names);
    }
}
