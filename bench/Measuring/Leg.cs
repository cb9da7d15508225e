namespace MjAspire.Bench.Measuring;

/// <summary>One stretch of load on one side.</summary>
/// <param name="Operations">Done and found correct.</param>
/// <param name="Latencies">Milliseconds, sorted; empty where no operation has a beginning and an end of its own.</param>
internal sealed record Leg(long Operations, double Seconds, double[] Latencies)
{
    public double Rate => Operations / Seconds;

    /// <summary>Processor seconds by process, in this leg.</summary>
    public IReadOnlyDictionary<string, double> Processor { get; init; } = new Dictionary<string, double>();

    /// <summary>Resident megabytes by process, at its end.</summary>
    public IReadOnlyDictionary<string, double> Memory { get; init; } = new Dictionary<string, double>();
}

/// <summary>All legs of one side.</summary>
internal sealed record Summary(string Name, double Rate, double P50, double P99, double MicrosecondsEach)
{
    /// <summary>Processor microseconds an operation, by process.</summary>
    public required IReadOnlyDictionary<string, double> Processor { get; init; }

    /// <summary>Resident megabytes by process, the most of all legs.</summary>
    public required IReadOnlyDictionary<string, double> Memory { get; init; }

    public required IReadOnlyList<double> Rates { get; init; }

    public static Summary Of(string name, IReadOnlyList<Leg> legs)
    {
        var latencies = legs.SelectMany(leg => leg.Latencies).Order().ToArray();
        var operations = Math.Max(1, legs.Sum(leg => leg.Operations));
        var processor = legs.SelectMany(leg => leg.Processor).GroupBy(entry => entry.Key)
            .ToDictionary(group => group.Key, group => group.Sum(entry => entry.Value) * 1e6 / operations);
        return new(
            name, Statistics.Median(legs.Select(leg => leg.Rate)),
            Statistics.Percentile(latencies, 0.5), Statistics.Percentile(latencies, 0.99), processor.Values.Sum())
        {
            Processor = processor,
            Memory = legs.SelectMany(leg => leg.Memory).GroupBy(entry => entry.Key)
                .ToDictionary(group => group.Key, group => group.Max(entry => entry.Value)),
            Rates = [.. legs.Select(leg => leg.Rate)],
        };
    }
}
