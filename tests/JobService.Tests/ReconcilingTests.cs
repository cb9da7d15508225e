using Dapper;
using MjAspire.JobService.Lifecycle;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.JobService.Tests;

public class ReconcilingTests(Servers servers)
{
    private static readonly TimeSpan LessThanALease = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task A_job_that_cannot_be_looked_after_leaves_the_others_of_its_batch_alone()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        await using var connection = new NpgsqlConnection(jobs.Database);

        // All wait for their pictures; of every fourth nobody can tell what it was asked for.
        await connection.ExecuteAsync(
            """
            insert into jobs (id, owner_id, kind, operation, status, phase, sequence, progress, input_data, metadata, artifacts, provider, provider_task_id,
                              sources, created_at, updated_at, started_at, deadline_at, next_check_at)
            select gen_random_uuid(), @Owner, 'image', 'imagine', 'RUNNING', 'Storing', 5, 100,
                   case when n % 4 = 1 then '{"prompt": 5}'::jsonb else '{"prompt": "a fox"}' end, '{}', '[]', 'midjourney', 'task-' || n,
                   '[{"Url": "https://pictures.example/1.png", "Layout": "grid"}]', now(), now(), now(), now() + interval '30 minutes', now()
            from generate_series(1, 40) n
            """,
            new { jobs.Owner });

        await Eventually.TrueAsync(() => jobs.StoreCommands.Count >= 30, "the others' pictures to be asked for again", LessThanALease);
    }

    [Fact]
    public async Task A_job_of_an_account_that_is_gone_leaves_the_others_alone()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Jobs:FirstCheck", "00:00:01"));
        var gone = await jobs.CreateAsync();
        await jobs.JobAtStepAsync(gone, "submitted");
        await using var connection = new NpgsqlConnection(jobs.Database);
        await connection.ExecuteAsync("update jobs set provider = 'midjourney-sold' where id = @gone", new { gone });
        var id = await jobs.CreateAsync();
        await jobs.JobAtStepAsync(id, "submitted");

        jobs.Relay.Tasks["task-2"] = Relay.Success("task-2", id);

        await jobs.JobAtStepAsync(id, "storing");
        await connection.ExecuteAsync("update jobs set deadline_at = now(), next_check_at = now() where id = @gone", new { gone });
        await jobs.JobWhenAsync(gone, "FAILED");
    }

    [Fact]
    public async Task A_silent_job_is_given_up_at_its_deadline_and_not_at_the_check_after_it()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Jobs:Deadline", "00:00:05"), ("Jobs:FirstCheck", "01:00:00"));
        jobs.Relay.Tasks["task-1"] = new { id = "task-1", status = "SUBMITTED", progress = "0%" };

        var failed = await jobs.JobWhenAsync(await jobs.CreateAsync(), "FAILED");

        Assert.Equal("E_TIMEOUT", failed["job"]!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_the_provider_says_at_the_last_moment_counts()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Jobs:Deadline", "00:00:05"), ("Jobs:FirstCheck", "01:00:00"));
        var id = await jobs.CreateAsync();
        jobs.Relay.Tasks["task-1"] = Relay.Success("task-1", id);

        await jobs.JobAtStepAsync(id, "storing");
    }

    [Fact]
    public async Task A_job_that_has_moved_since_it_was_claimed_is_not_submitted_again()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateAsync();
        var job = await jobs.JobAtStepAsync(id, "submitted");
        var transitions = jobs.Service<JobTransitions>();

        var stale = await transitions.ApplyAsync(
            id, new JobInput.Fail("E_TIMEOUT", "too late"), TestContext.Current.CancellationToken, onlyAt: job["job"]!["sequence"]!.GetValue<int>() - 1);

        Assert.Null(stale);
        Assert.Equal("RUNNING", (await jobs.JobAsync(id))["job"]!["status"]!.GetValue<string>());
    }
}
