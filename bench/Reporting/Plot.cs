using System.Text;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Reporting;

/// <summary>The ratios, as a chart that GitHub and most viewers of Markdown draw.</summary>
internal static class Plot
{
    public static void Of(StringBuilder text, IReadOnlyList<Result> results)
    {
        var shown = results.Where(result => result.Ratio is not null).ToList();
        if (shown.Count == 0)
            return;
        text.AppendLine("```mermaid");
        text.AppendLine("---");
        text.AppendLine("config: { xyChart: { width: 900, height: 500, chartOrientation: horizontal } }");
        text.AppendLine("---");
        text.AppendLine("xychart-beta");
        text.AppendLine("  title \"Our rate, as a multiple of the nearest competitor's\"");
        text.AppendLine($"  x-axis [{string.Join(", ", shown.Select(result => $"\"{result.Title}\""))}]");
        text.AppendLine("  y-axis \"times\"");
        text.AppendLine($"  bar [{string.Join(", ", shown.Select(result => $"{result.Ratio!.Median:0.00}"))}]");
        text.AppendLine("```").AppendLine();
    }
}
