namespace MjAspire.Bench.Harness;

/// <summary>How long to measure: <c>--seconds 4 --rounds 3</c>, and the names of paths; all of them when none is named.</summary>
internal sealed record Settings(TimeSpan Leg, int Rounds, IReadOnlyList<string> Names)
{
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
