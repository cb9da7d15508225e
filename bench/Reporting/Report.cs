using System.Text.Json;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Reporting;

/// <summary>A table to look at, JSON to compare by, and a page to keep.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(IReadOnlyList<Result> results, Settings settings, bool isWhole)
    {
        if (results.Count == 0)
            return;
        var machine = Machine.Read();
        Console.WriteLine();
        Console.Write(Table.Of(results));
        Console.WriteLine(machine.Describe());

        var file = Path.Combine(Checkout.Root, ".mj", "bench.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new { machine, seconds = settings.Leg.TotalSeconds, settings.Rounds, results }, Json));
        Console.WriteLine($"{file}");

        // The page tells of one run of everything.
        if (!isWhole)
            return;
        var page = Path.Combine(Checkout.Root, "docs", "speed.md");
        File.WriteAllText(page, Page.Of(results, settings, machine));
        Console.WriteLine(page);
    }
}
