using System.Text;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Reporting;

/// <summary>For a terminal.</summary>
internal static class Table
{
    public static string Of(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder();
        text.AppendLine($"{"",-44}{"per second",12}{"p50 ms",9}{"p99 ms",9}{"CPU µs",9}{"ratio",8}  goal");
        foreach (var result in results)
        {
            text.AppendLine($"{result.Title} ({result.Load})");
            for (var i = 0; i < result.Sides.Count; i++)
            {
                var side = result.Sides[i];
                var ratio = i == 0 || i > result.Ratios.Count ? "" : $"{result.Ratios[i - 1].Median:0.00}";
                text.AppendLine(
                    $"  {side.Name,-42}{side.Rate,12:N0}{Milliseconds(side.P50),9}{Milliseconds(side.P99),9}{side.MicrosecondsEach,9:N0}{ratio,8}"
                    + (i == 0 ? $"  {Verdict(result)}" : ""));
            }
            foreach (var remark in result.Remarks)
                text.AppendLine($"  {remark}");
        }

        text.AppendLine("Memory, MB: " + string.Join(", ", Memory(results).Select(entry => $"{entry.Key} {entry.Value:N0}")));
        return text.ToString();
    }

    public static string Verdict(Result result) =>
        result.Goal is null ? "" : $"{result.Goal.Text}: {(result.IsMet == true ? "met" : "not met")}";

    public static string Milliseconds(double value) => value == 0 ? "" : value.ToString(value < 10 ? "0.0" : "0");

    /// <summary>Of each service of ours, the most in any leg.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Memory(IReadOnlyList<Result> results) => results
        .SelectMany(result => result.Ours.Memory)
        .GroupBy(entry => entry.Key)
        .Select(group => KeyValuePair.Create(group.Key, group.Max(entry => entry.Value)))
        .OrderBy(entry => entry.Key, StringComparer.Ordinal);
}
