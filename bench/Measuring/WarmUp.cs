using System.Runtime;

namespace MjAspire.Bench.Measuring;

/// <summary>
/// Load before the first leg that counts. A service has hundreds of methods on its way, and they are compiled once more, on the same two cores,
/// when they have been called often: a leg before that measures the compiler.
/// </summary>
internal static class WarmUp
{
    /// <summary>Of one core. What is left then comes and goes for minutes.</summary>
    private const double Rest = 0.1;

    private const int MostLegs = 15;

    /// <summary>Goes on until the compilers rest, the side's and our own; a side that none of them works for is warm after one leg.</summary>
    public static async Task RunAsync(Side side, TimeSpan leg)
    {
        for (var i = 0; i < MostLegs; i++)
        {
            var before = CompilingSeconds(side);
            var ran = await side.RunAsync(leg);
            if (CompilingSeconds(side) - before < Rest * ran.Seconds)
                return;
        }
    }

    private static double CompilingSeconds(Side side) =>
        side.Parts.Sum(part => part.CompilingSeconds()) + JitInfo.GetCompilationTime().TotalSeconds;
}
