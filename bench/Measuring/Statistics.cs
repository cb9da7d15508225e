namespace MjAspire.Bench.Measuring;

/// <summary>Pure arithmetic over measurements.</summary>
internal static class Statistics
{
    /// <summary>The value that <paramref name="share"/> of all do not exceed (nearest rank); 0 of nothing.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length switch
        {
            0 => 0,
            var n when n % 2 == 1 => sorted[middle],
            _ => (sorted[middle - 1] + sorted[middle]) / 2,
        };
    }

    /// <summary>
    /// How many times the other's rate ours is, leg by leg, as neighbours share whatever else the machine was doing: the median, the lowest
    /// and the highest.
    /// </summary>
    public static Ratio Ratio(IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        var pairs = ours.Zip(theirs).Where(pair => pair.Second > 0).Select(pair => pair.First / pair.Second).ToArray();
        return pairs.Length == 0 ? new(0, 0, 0) : new(Median(pairs), pairs.Min(), pairs.Max());
    }
}

internal sealed record Ratio(double Median, double Lowest, double Highest);
