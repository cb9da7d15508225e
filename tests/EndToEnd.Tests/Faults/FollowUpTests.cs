namespace MjAspire.EndToEnd.Tests.Faults;

/// <summary>What both dialects can do with a finished grid.</summary>
public abstract class FollowUpTests(FaultyJobs jobs)
{
    protected FaultyJobs Jobs => jobs;

    [Fact]
    public async Task An_upscale_of_one_of_four_is_one_picture()
    {
        var outcome = await GoOnAsync("upscale", new { parent_job_id = await GridAsync(), index = 2 });

        Assert.Equal([(0, 0)], outcome.Stored.Select(row => (row.SourceIndex, row.PartIndex)));
        Assert.Single(outcome.Artifacts);
    }

    [Fact]
    public async Task A_variation_of_one_of_four_is_four_pictures()
    {
        var outcome = await GoOnAsync("variation", new { parent_job_id = await GridAsync(), index = 3 });

        Assert.Equal(5, outcome.Artifacts.Count);
    }

    [Fact]
    public async Task A_reroll_is_four_other_pictures()
    {
        var parent = await jobs.OfAsync("duplicate-terminal");

        var outcome = await GoOnAsync("reroll", new { parent_job_id = parent.Id });

        Assert.Equal(5, outcome.Artifacts.Count);
        Assert.NotEqual(parent.Stored[0].Sha256, outcome.Stored[0].Sha256);
    }

    /// <summary>A finished grid, whatever happened on the way.</summary>
    protected async Task<string> GridAsync() => (await jobs.OfAsync("duplicate-terminal")).Id;

    protected async Task<Outcome> GoOnAsync(string operation, object input) => AssertDone(await jobs.EndOfAsync(await jobs.OrderAsync(operation, input)));

    protected static Outcome AssertDone(Outcome outcome)
    {
        Assert.True(outcome.Status == "DONE", outcome.ToString());
        Assert.Single(outcome.Bought);
        Assert.Equal(outcome.Artifacts.Count, outcome.Stored.Count);
        outcome.AssertToldInFull();
        return outcome;
    }
}
