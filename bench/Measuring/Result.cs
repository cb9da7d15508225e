namespace MjAspire.Bench.Measuring;

/// <summary>What was found of one path: our side first, then those it is held against.</summary>
internal sealed record Result(string Path, string Title, string Load, IReadOnlyList<Summary> Sides)
{
    /// <summary>Against each of the others, in their order.</summary>
    public required IReadOnlyList<Ratio> Ratios { get; init; }

    public Goal? Goal { get; init; }

    /// <summary>What was found besides, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    public Summary Ours => Sides[0];

    /// <summary>Against the fastest of the others.</summary>
    public Ratio? Ratio => Ratios.Count == 0 ? null : Ratios.MinBy(ratio => ratio.Median);

    /// <summary>Null without a goal.</summary>
    public bool? IsMet => Goal?.IsMet(Ours.Rate, Ratio);
}
