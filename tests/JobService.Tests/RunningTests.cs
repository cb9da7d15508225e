using MjAspire.Contracts.Images;
using MjAspire.Testing;

namespace MjAspire.JobService.Tests;

public class RunningTests(Servers servers)
{
    [Fact]
    public async Task A_picture_is_submitted_confirmed_stored_and_only_then_done()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateAsync("a fox in the snow");
        await jobs.JobAtStepAsync(id, "submitted");
        var submit = Assert.Single(jobs.Relay.Submits);
        Assert.Equal("a fox in the snow", submit["prompt"]!.GetValue<string>());
        Assert.Equal(id.ToString(), submit["state"]!.GetValue<string>());
        Assert.StartsWith("http://ingress.example/webhook/midjourney/", submit["notifyHook"]!.GetValue<string>());

        await jobs.CallBackAsync(id, new { id = "task-1", status = "IN_PROGRESS", progress = "40%" });
        await jobs.JobAtStepAsync(id, "drawing");
        jobs.Relay.Tasks["task-1"] = Relay.Success("task-1", id);
        await jobs.CallBackAsync(id, Relay.Success("task-1", id));
        await jobs.JobAtStepAsync(id, "storing");

        var command = await Eventually.GetAsync(() => Task.FromResult(jobs.StoreCommands.SingleOrDefault()), "the pictures to be sent to the store");
        Assert.Equal(ImageLayout.Grid, Assert.Single(command.Sources).Layout);
        var grid = Guid.CreateVersion7();
        await jobs.PublishAsync(new ImagesStored(id, jobs.Owner,
        [
            new(grid, null, null, "image/png", 1024, 1024, 1000, "ab"),
            new(Guid.CreateVersion7(), grid, 1, "image/png", 512, 512, null, null),
        ]));

        var done = await jobs.JobWhenAsync(id, "DONE");
        var artifacts = done["job"]!["artifacts"]!.AsArray();
        Assert.Equal(2, artifacts.Count);
        Assert.StartsWith($"http://gateway.example/i/{grid}?e=", artifacts[0]!["download_url"]!.GetValue<string>());
        Assert.Equal(100, done["job"]!["progress"]!["percentage"]!.GetValue<int>());
        await AssertNoGapAsync(jobs, id);
    }

    [Fact]
    public async Task A_callback_that_claims_success_is_not_believed_until_the_provider_confirms_it()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateAsync();
        await jobs.JobAtStepAsync(id, "submitted");
        jobs.Relay.Tasks["task-1"] = new { id = "task-1", status = "IN_PROGRESS", progress = "70%" };

        await jobs.CallBackAsync(id, Relay.Success("task-1", id));

        var job = await jobs.JobAtStepAsync(id, "drawing");
        Assert.Equal(70, job["job"]!["progress"]!["percentage"]!.GetValue<int>());
        Assert.Empty(jobs.StoreCommands);
    }

    [Fact]
    public async Task A_job_whose_callbacks_are_lost_is_found_by_asking_the_provider()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Jobs:FirstCheck", "00:00:01"));
        var id = await jobs.CreateAsync();
        await jobs.JobAtStepAsync(id, "submitted");

        jobs.Relay.Tasks["task-1"] = Relay.Success("task-1", id);

        await jobs.JobAtStepAsync(id, "storing");
    }

    [Fact]
    public async Task A_provider_whose_queue_is_full_is_asked_again_later()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        jobs.Relay.OnSubmit = (_, _) => Task.FromResult<object?>(jobs.Relay.Submits.Count == 1 ? new { code = 23, description = "Queue full" } : null);

        var id = await jobs.CreateAsync();

        await jobs.JobAtStepAsync(id, "waiting");
        await jobs.JobAtStepAsync(id, "submitted");
        Assert.Equal(2, jobs.Relay.Submits.Count);
        await AssertNoGapAsync(jobs, id);
    }

    [Fact]
    public async Task A_banned_prompt_fails_the_job_with_the_providers_words()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        jobs.Relay.OnSubmit = (_, _) => Task.FromResult<object?>(new { code = 24, description = "Banned word: xyz" });

        var failed = await jobs.JobWhenAsync(await jobs.CreateAsync(), "FAILED");

        Assert.Equal("E_PROMPT_BANNED", failed["job"]!["error"]!["code"]!.GetValue<string>());
        Assert.Contains("xyz", failed["job"]!["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_repeats_the_callback_address_in_its_words_does_not_give_it_away()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        jobs.Relay.OnSubmit = (_, body) => Task.FromResult<object?>(new { code = 4, description = $"cannot reach {body["notifyHook"]}, sorry" });

        var id = await jobs.CreateAsync();
        var failed = await jobs.JobWhenAsync(id, "FAILED");

        var token = new Uri(jobs.Relay.Submits.First()["notifyHook"]!.GetValue<string>()).Segments[^1];
        Assert.EndsWith("cannot reach http://ingress.example/webhook/midjourney/…, sorry", failed["job"]!["error"]!["message"]!.GetValue<string>());
        Assert.DoesNotContain(token, failed.ToJsonString(), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => jobs.Changes.Any(change => change.JobId == id && change.ErrorCode is not null), "the failure to be announced");
        Assert.DoesNotContain(jobs.Changes, change => change.Message?.Contains(token, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_relay_that_is_down_is_left_alone_for_a_while()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Midjourney:BaseUrl", "http://127.0.0.1:9"));
        for (var i = 0; i < 15; i++)
            await jobs.CreateAsync();

        await Eventually.TrueAsync(
            async () => (await jobs.ListAsync("status=RUNNING"))["jobs"]!.AsArray().Any(job => job!["progress"]!["message"]!.GetValue<string>().Contains("for a while", StringComparison.Ordinal)),
            "calls to be broken off before they are made");
    }

    [Fact]
    public async Task A_callback_that_overtakes_the_answer_to_the_submit_finds_its_job()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        jobs.Relay.OnSubmit = async (_, body) =>
        {
            var id = Guid.Parse(body["state"]!.GetValue<string>());
            await jobs.CallBackAsync(id, new { id = "task-1", status = "IN_PROGRESS", progress = "10%" });
            await jobs.JobAtStepAsync(id, "drawing");
            return null;
        };

        var id = await jobs.CreateAsync();

        await jobs.JobAtStepAsync(id, "drawing");
        await AssertNoGapAsync(jobs, id);
        Assert.Single(jobs.Relay.Submits);
    }

    [Fact]
    public async Task A_submit_whose_answer_is_lost_is_not_bought_again_while_a_callback_may_still_claim_it()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        jobs.Relay.OnSubmit = (context, _) =>
        {
            context.Abort();
            return Task.FromResult<object?>(null);
        };
        var id = await jobs.CreateAsync();
        await Eventually.TrueAsync(() => !jobs.Relay.Submits.IsEmpty, "the submit to arrive");

        jobs.Relay.Tasks["task-1"] = Relay.Success("task-1", id);
        await jobs.CallBackAsync(id, Relay.Success("task-1", id));

        await jobs.JobAtStepAsync(id, "storing");
        Assert.Single(jobs.Relay.Submits);
    }

    [Fact]
    public async Task A_submit_whose_answer_is_lost_is_made_again_after_the_grace_period()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Jobs:SubmitGrace", "00:00:01"));
        jobs.Relay.OnSubmit = (context, _) =>
        {
            if (jobs.Relay.Submits.Count == 1)
                context.Abort();
            return Task.FromResult<object?>(null);
        };

        var id = await jobs.CreateAsync();

        await jobs.JobAtStepAsync(id, "submitted");
        Assert.Equal(2, jobs.Relay.Submits.Count);
    }

    [Fact]
    public async Task Jobs_are_taken_while_the_broker_is_away_and_run_when_it_is_back()
    {
        await using var broker = servers.CreateOwn("rabbitmq");
        await broker.StartAsync();
        await using var jobs = await JobsUnderTest.StartAsync(servers, messaging: broker.Address);
        await broker.KillAsync();

        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
            ids.Add(await jobs.CreateAsync());
        await broker.StartAsync();

        // The bus looks for a lost broker at growing intervals, of a minute at most.
        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count >= ids.Count, "every job to be submitted", TimeSpan.FromMinutes(2));
        foreach (var id in ids)
            await jobs.JobAtStepAsync(id, "submitted");
    }

    [Fact]
    public async Task A_stalled_job_fails_with_a_reason()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Jobs:Deadline", "00:00:05"), ("Jobs:FirstCheck", "00:00:01"));
        jobs.Relay.Tasks["task-1"] = new { id = "task-1", status = "SUBMITTED", progress = "0%" };

        var failed = await jobs.JobWhenAsync(await jobs.CreateAsync(), "FAILED");

        Assert.Equal("E_TIMEOUT", failed["job"]!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_window_to_be_confirmed_is_a_question_and_its_answer_goes_on_with_the_same_task()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        jobs.Relay.OnSubmit = (context, _) => Task.FromResult<object?>(
            context.Request.Path == "/mj/submit/imagine" ? new { code = 21, description = "Waiting for window confirm", result = "task-1" } : null);
        jobs.Relay.Tasks["task-1"] = new { id = "task-1", status = "MODAL" };

        var id = await jobs.CreateAsync();
        await jobs.JobWhenAsync(id, "NEEDS_INPUT");
        jobs.Relay.OnSubmit = (_, _) => Task.FromResult<object?>(new { code = 1, result = "task-1" });
        await jobs.ChangeAsync(id, "answer", new { mask = "data:image/png;base64,AAAA" });

        await jobs.JobAtStepAsync(id, "submitted");
        var modal = jobs.Relay.Submits.Last();
        Assert.Equal(("task-1", "a fox in the snow", "data:image/png;base64,AAAA"),
            (modal["taskId"]!.GetValue<string>(), modal["prompt"]!.GetValue<string>(), modal["maskBase64"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_provider_with_two_places_gets_two_jobs_at_once_and_the_third_when_one_is_drawn()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Midjourney:Concurrency", "2"));
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
            ids.Add(await jobs.CreateAsync());
        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count == 2, "two submits");

        var first = Guid.Parse(jobs.Relay.Submits.First()["state"]!.GetValue<string>());
        jobs.Relay.Tasks["task-1"] = Relay.Success("task-1", first);
        Assert.Equal(2, jobs.Relay.Submits.Count);
        await jobs.CallBackAsync(first, Relay.Success("task-1", first));

        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count == 3, "the third submit");
        Assert.Equal(3, jobs.Relay.Submits.Select(submit => submit["state"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task Finished_jobs_are_deleted_with_their_history_once_they_are_old()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Retention:Interval", "00:00:01"), ("Retention:BatchSize", "2"));
        var old = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            old.Add(await jobs.CreateExternalAsync());
            await jobs.ChangeAsync(old[i], "complete", new { final_status = "DONE" });
        }
        var recent = await jobs.CreateExternalAsync();
        await using var database = Npgsql.NpgsqlDataSource.Create(jobs.Database);
        await using var age = database.CreateCommand("update jobs set finished_at = finished_at - interval '31 days' where finished_at is not null");
        await age.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(async () => (await jobs.ListAsync("limit=100"))["jobs"]!.AsArray().Count == 1, "the old jobs to be gone");

        await using var history = database.CreateCommand("select count(*) from job_history where job_id <> $1");
        history.Parameters.Add(new() { Value = recent });
        Assert.Equal(0L, await history.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Everything the job went through was announced, once and in full.</summary>
    private static async Task AssertNoGapAsync(JobsUnderTest jobs, Guid id)
    {
        var last = (await jobs.JobAsync(id))["job"]!["sequence"]!.GetValue<int>();
        await Eventually.TrueAsync(() => Sequences().Contains(last), "the last change to be announced");
        Assert.Equal(Enumerable.Range(1, last), Sequences());

        IEnumerable<int> Sequences() => jobs.Changes.Where(change => change.JobId == id).Select(change => change.Sequence).Distinct().Order();
    }
}
