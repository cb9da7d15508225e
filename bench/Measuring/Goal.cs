namespace MjAspire.Bench.Measuring;

/// <summary>What a figure has to reach: a rate of our own, or a multiple of another's.</summary>
internal sealed record Goal(string Text, double Least, bool IsRatio)
{
    public static Goal Times(double least) => new($"≥ {least:0.##} ×", least, IsRatio: true);

    public static Goal Rate(double least) => new($"≥ {least:N0}/s", least, IsRatio: false);

    public bool IsMet(double rate, Ratio? ratio) => IsRatio ? ratio?.Median >= Least : rate >= Least;
}
