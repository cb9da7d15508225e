using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using MjAspire.Bench.Paths;

namespace MjAspire.Bench.Tests;

/// <summary>
/// Not how fast it is, which only a quiet machine can say, but whether it has collapsed: short legs, ratios only, and bounds a quarter or less of
/// what is measured while everything is being compiled. <c>make bench</c> measures.
/// </summary>
public sealed class CollapseTests
{
    private static readonly Settings Short = new(TimeSpan.FromSeconds(1.5), Rounds: 2, Names: []);

    [Fact]
    public async Task Creating_a_job_keeps_up_with_a_single_insert()
    {
        await using var stage = await Stage.StartAsync();
        Assert.All(await CreateJob.RunAsync(stage, Short), result => NotBelow(0.05, result));
    }

    [Fact]
    public async Task Delivering_keeps_up_with_sending_alone()
    {
        await using var stage = await Stage.StartAsync();
        var results = await Delivery.RunAsync(stage, Short, (100, 5, "Deliver to 100 endpoints, a fifth of them failing"));
        Assert.All(results, result => NotBelow(0.05, result));
    }

    private static void NotBelow(double least, Result result) => Assert.True(
        result.Ratio!.Median >= least,
        $"{result.Title}: {result.Ours.Rate:N0}/s is {result.Ratio.Median:0.000} of {result.Sides[1].Name}'s; less than {least} is a collapse.");
}
