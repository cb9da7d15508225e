using MjAspire.Bench.Harness;

namespace MjAspire.Bench.Measuring;

/// <summary>One who is measured: what one leg is, and whose processor time and memory count.</summary>
internal sealed record Side(string Name, Func<TimeSpan, Task<Leg>> RunAsync, params IReadOnlyList<Child> Parts);

/// <summary>Runs the sides in turn, A B A B A B, once each is warm.</summary>
internal static class Contest
{
    /// <summary>One of ours against others.</summary>
    public static async Task<Result> RunAsync(
        string path, string title, string load, Settings settings, Goal? goal, Side ours, params IReadOnlyList<Side> others) =>
        (await RunAsync(path, load, settings, goal, [(title, ours)], others))[0];

    /// <summary>Several of ours against the same others.</summary>
    public static async Task<List<Result>> RunAsync(
        string path, string load, Settings settings, Goal? goal, IReadOnlyList<(string Title, Side Side)> ours, IReadOnlyList<Side> others)
    {
        Side[] sides = [.. ours.Select(one => one.Side), .. others];
        string[] names = [.. ours.Select(one => one.Title), .. others.Select(side => side.Name)];
        foreach (var side in sides)
            await WarmUp.RunAsync(side, settings.Leg);

        var legs = sides.Select(_ => new List<Leg>()).ToArray();
        for (var round = 0; round < settings.Rounds; round++)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                var leg = await MeasureAsync(sides[i], settings.Leg);
                legs[i].Add(leg);
                Console.WriteLine($"  {names[i],-60} {leg.Rate,10:N0}/s");
            }
        }

        var rates = legs.Select(of => of.ConvertAll(leg => leg.Rate)).ToArray();
        var summaries = sides.Select((side, i) => Summary.Of(side.Name, legs[i])).ToArray();
        return [.. ours.Select((one, i) => new Result(path, one.Title, load, [summaries[i], .. summaries[ours.Count..]])
        {
            Ratios = [.. rates.Skip(ours.Count).Select(theirs => Statistics.Ratio(rates[i], theirs))],
            Goal = goal,
        })];
    }

    public static async Task<Leg> MeasureAsync(Side side, TimeSpan length)
    {
        var before = side.Parts.Select(part => (part, Seconds: part.ProcessorSeconds())).ToArray();
        var leg = await side.RunAsync(length);
        return leg with
        {
            Processor = before.GroupBy(entry => entry.part.Name)
                .ToDictionary(group => group.Key, group => group.Sum(entry => entry.part.ProcessorSeconds() - entry.Seconds)),
            Memory = side.Parts.Where(part => part.IsService).GroupBy(part => part.Name)
                .ToDictionary(group => group.Key, group => group.Max(part => part.ResidentMegabytes())),
        };
    }
}
