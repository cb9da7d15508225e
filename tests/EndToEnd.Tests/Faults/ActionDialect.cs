using MjAspire.Testing;

namespace MjAspire.EndToEnd.Tests.Faults;

public sealed class ActionJobs() : FaultyJobs(new ActionApplication());

[CollectionDefinition]
public sealed class ActionDialect : ICollectionFixture<ActionJobs>;

[Collection<ActionDialect>]
public sealed class ActionDialectFaultTests(ActionJobs jobs) : FaultTests(jobs)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_that_wants_a_window_answered_waits_for_its_owner_and_goes_on()
    {
        var id = await jobs.OrderAsync("imagine", new { prompt = "a question --fault modal" });
        await jobs.ToldAsync(id, "job.needs_input");

        using var answered = await jobs.PostAsync($"/api/jobs/{id}/answer", new { prompt = "an answer" });

        Assert.True(answered.IsSuccessStatusCode, await answered.Content.ReadAsStringAsync(Cancellation));
        var outcome = await jobs.EndOfAsync(id);
        Assert.True(outcome.Status == "DONE", outcome.ToString());
        Assert.Single(outcome.Bought);
        Assert.Equal(5, outcome.Stored.Count);
        outcome.AssertToldInFull();
    }

    [Fact]
    public async Task No_fault_of_the_sandbox_is_left_out()
    {
        var outcome = await jobs.EndOfAsync(await jobs.OrderAsync("imagine", new { prompt = "x --fault all-of-them" }));

        // Unknown fault 'all-of-them'. Known are queue-full-9, queue-full-23, ...; a number of submits ...
        var message = outcome.Job["error"]!["message"]!.GetValue<string>();
        var known = message[(message.IndexOf("Known are ", StringComparison.Ordinal) + 10)..message.IndexOf(';', StringComparison.Ordinal)].Split(", ");
        Assert.Equal(FaultyJobs.Names.Append("modal").Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_callbacks_address_is_in_no_trace_and_no_log_whatever_went_wrong()
    {
        var last = "";
        foreach (var fault in FaultyJobs.Names)
            last = (await jobs.OfAsync(fault)).Id;
        await Eventually.TrueAsync(
            async () => await Traces.FindAsync(jobs.Application.Dashboard!, last, Cancellation) is not null, "the last job's trace");

        using var dashboard = new HttpClient { BaseAddress = jobs.Application.Dashboard };
        Assert.DoesNotMatch(Outcome.CallbackAddress(), await dashboard.GetStringAsync("/api/telemetry/traces?limit=10000", Cancellation));
        Assert.DoesNotMatch(Outcome.CallbackAddress(), await dashboard.GetStringAsync("/api/telemetry/logs?limit=10000", Cancellation));
        foreach (var log in Directory.EnumerateFiles(jobs.Application.State, "*.log", SearchOption.AllDirectories))
            Assert.DoesNotMatch(Outcome.CallbackAddress(), await ReadAsync(log));
    }

    private static async Task<string> ReadAsync(string log)
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await reader.ReadToEndAsync(Cancellation);
    }
}

[Collection<ActionDialect>]
public sealed class ActionDialectFollowUpTests(ActionJobs jobs) : FollowUpTests(jobs)
{
    [Fact]
    public async Task What_a_single_pictures_buttons_offer_can_be_done_up_to_a_window_that_is_answered()
    {
        var single = await GoOnAsync("upscale", new { parent_job_id = await GridAsync(), index = 1 });
        var panned = await GoOnAsync("pan", new { parent_job_id = single.Id, direction = "left" });
        Assert.Equal(5, panned.Artifacts.Count);

        var id = await Jobs.OrderAsync("inpaint", new { parent_job_id = single.Id });
        await Jobs.ToldAsync(id, "job.needs_input");
        using var answered = await Jobs.PostAsync($"/api/jobs/{id}/answer", new { prompt = "a hat" });

        Assert.Equal(5, AssertDone(await Jobs.EndOfAsync(id)).Artifacts.Count);
    }
}
