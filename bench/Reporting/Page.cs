using System.Text;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Reporting;

/// <summary><c>docs/speed.md</c>.</summary>
internal static class Page
{
    public static string Of(IReadOnlyList<Result> results, Settings settings, Machine machine)
    {
        var text = new StringBuilder();
        text.AppendLine(
            $"""
            # Measured speed

            Written by `make bench`; not edited by hand. Services, servers, load and receivers share the machine below, so what counts are the
            ratios: each path is measured in turn with a baseline (ours, theirs, ours, theirs; {settings.Rounds} legs of {settings.Leg.TotalSeconds:0} s each), and the ratio is
            the median of neighbouring legs. Baselines are hand-written servers in `bench/Baselines` that do the same work with nothing around it,
            and servers from npm. Counts and ids are checked in every path; a leg with a wrong answer is an error, not a figure.

            {machine.Describe()}

            """);
        Overview(text, results);
        Plot.Of(text, results);
        foreach (var path in results.GroupBy(result => result.Path))
            Path(text, path);
        Memory(text, results);
        return text.ToString();
    }

    private static void Overview(StringBuilder text, IReadOnlyList<Result> results)
    {
        text.AppendLine("| path | per second | against | ratio | goal | |");
        text.AppendLine("|---|--:|---|--:|---|---|");
        foreach (var result in results)
        {
            var nearest = result.Ratio is { } ratio ? result.Sides[1 + result.Ratios.ToList().IndexOf(ratio)].Name : "";
            var verdict = result.IsMet switch { true => "met", false => "**not met**", null => "" };
            text.AppendLine($"| {result.Title} | {result.Ours.Rate:N0} | {nearest} | {(result.Ratio is { } r ? $"{r.Median:0.00}" : "")} | {result.Goal?.Text} | {verdict} |");
        }
        text.AppendLine();
    }

    private static void Path(StringBuilder text, IGrouping<string, Result> path)
    {
        text.AppendLine($"## {path.Key}").AppendLine();
        foreach (var result in path)
        {
            text.AppendLine($"**{result.Title}**, {result.Load}").AppendLine();
            text.AppendLine("| | per second | p50 ms | p99 ms | CPU µs each | of which | ratio (lowest–highest) |");
            text.AppendLine("|---|--:|--:|--:|--:|---|---|");
            for (var i = 0; i < result.Sides.Count; i++)
            {
                var side = result.Sides[i];
                var shares = string.Join(", ", side.Processor.OrderByDescending(entry => entry.Value).Select(entry => $"{entry.Key} {entry.Value:N0}"));
                var ratio = i > 0 && i <= result.Ratios.Count ? result.Ratios[i - 1] : null;
                text.AppendLine(
                    $"| {side.Name} | {side.Rate:N0} | {Table.Milliseconds(side.P50)} | {Table.Milliseconds(side.P99)} | {side.MicrosecondsEach:N0} | {shares} | "
                    + (ratio is null ? "" : $"{ratio.Median:0.00} ({ratio.Lowest:0.00}–{ratio.Highest:0.00})") + " |");
            }
            text.AppendLine();
            foreach (var remark in result.Remarks)
                text.AppendLine(remark).AppendLine();
        }
    }

    private static void Memory(StringBuilder text, IReadOnlyList<Result> results)
    {
        text.AppendLine("## memory").AppendLine();
        text.AppendLine("Resident at the end of a leg, the most of all legs. Goal: below 200 MB each.").AppendLine();
        text.AppendLine("| service | MB | |").AppendLine("|---|--:|---|");
        foreach (var (service, megabytes) in Table.Memory(results))
            text.AppendLine($"| {service} | {megabytes:N0} | {(megabytes < 200 ? "met" : "**not met**")} |");
    }
}
