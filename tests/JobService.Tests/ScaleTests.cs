using System.Diagnostics;
using Dapper;
using MjAspire.JobService.Querying;
using MjAspire.JobService.Retaining;
using MjAspire.JobService.Storage;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.JobService.Tests;

/// <summary>What is asked all the time must not read the whole table, however many finished jobs it holds: 200,000 here, two million in the long form.</summary>
public class ScaleTests(Servers servers)
{
    private static readonly Guid Owner = new("0197a000-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task With_many_finished_jobs_every_frequent_statement_goes_by_an_index()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        await using var connection = new NpgsqlConnection(jobs.Database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await FillAsync(connection, LongForm.IsOn ? 2_000_000 : 200_000);

        JobQuery all = new(null, null, null, null, null, null, null, 20, null);
        JobQuery[] lists =
        [
            all, all with { Cursor = Guid.CreateVersion7() }, all with { Status = "RUNNING" }, all with { Status = "FAILED,CANCELLED" },
            all with { Text = "rarest" }, all with { Model = "midjourney" }, all with { Kind = "image", Operation = "imagine" },
        ];
        foreach (var list in lists)
            await AssertByIndexAsync(connection, JobStore.ListSql(list), JobStore.ListParameters(Owner, list));
        await AssertByIndexAsync(connection, DueJobs.ClaimSql, new { now = Now, until = Now, limit = 50 });
        await AssertByIndexAsync(connection, Retention.Sql, new { before = Now.AddDays(-30), limit = 500 });
        await AssertByIndexAsync(connection, "select id, request_hash from jobs where owner_id = @owner and idempotency_key = @key", new { owner = Owner, key = "k" });
        await AssertByIndexAsync(connection, "select count(*) from jobs where provider = @name and phase in ('Submitting', 'Drawing')", new { name = "midjourney" });
        await AssertByIndexAsync(connection, JobGauges.Sql, new { });
        await AssertByIndexAsync(connection, BatchStore.JobsSql, new { Id = Guid.CreateVersion7() });
        await AssertByIndexAsync(connection, Retention.EmptyBatchesSql, new { before = Now.AddDays(-30), limit = 500 });
    }

    /// <summary>Two services side by side, asked in turn: what else the machine does is felt by both.</summary>
    [Fact]
    public async Task Creating_a_job_beside_two_million_is_at_most_a_fifth_slower_than_beside_none()
    {
        Assert.SkipUnless(LongForm.IsOn, LongForm.Reason);
        const int Rounds = 40;
        await using var empty = await JobsUnderTest.StartAsync(servers);
        await using var full = await JobsUnderTest.StartAsync(servers);
        await using (var connection = new NpgsqlConnection(full.Database))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await FillAsync(connection, 2_000_000);
        }

        var (without, with) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            without.Add(await CreateManyAsync(empty, round));
            with.Add(await CreateManyAsync(full, round));
        }

        // The first ones warm up. The median: a checkpoint of the server in one round is not the table's doing.
        var ratio = Median(with.Skip(Rounds / 4)) / Median(without.Skip(Rounds / 4));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"50 jobs: {Median(without.Skip(Rounds / 4)):F1} ms beside none, {Median(with.Skip(Rounds / 4)):F1} ms beside two million: {ratio:F2}");
        Assert.InRange(ratio, 0, 1.2);

        static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
    }

    /// <summary>Milliseconds for fifty external jobs with idempotency keys, of the owner who has most.</summary>
    private static async Task<double> CreateManyAsync(JobsUnderTest jobs, int round)
    {
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; n < 50; n++)
        {
            using var response = await jobs.PostAsync(new { input_data = new { prompt = $"a fox, {n}" } }, key: $"{round}-{n}", owner: Owner);
            response.EnsureSuccessStatusCode();
        }
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>A thousand owners, of whom one has a tenth of everything; all jobs finished but a hundred.</summary>
    private static async Task FillAsync(NpgsqlConnection connection, int jobs)
    {
        await connection.ExecuteAsync(
            """
            insert into jobs (id, owner_id, kind, operation, status, phase, sequence, progress, input_data, metadata, artifacts, provider,
                              created_at, updated_at, finished_at, next_check_at)
            select gen_random_uuid(),
                   case when n % 10 = 0 then @Owner else ('0197a000-0000-7000-8000-' || lpad(to_hex(n % 1000 + 16), 12, '0'))::uuid end,
                   'image', 'imagine', case when n <= 100 then 'RUNNING' when n % 50 = 0 then 'FAILED' else 'DONE' end,
                   case when n <= 100 then 'Drawing' else 'Finished' end, 9, 100,
                   jsonb_build_object('prompt', 'picture number ' || n, 'model', 'midjourney'), '{}', '[]', 'midjourney',
                   @Now - n * interval '1 second', @Now - n * interval '1 second',
                   case when n <= 100 then null else @Now - n * interval '1 second' end, case when n <= 100 then @Now end
            from generate_series(1, @jobs) n
            """,
            new { Owner, Now, jobs }, commandTimeout: 600);
        await connection.ExecuteAsync("analyze jobs", commandTimeout: 600);
    }

    private static async Task AssertByIndexAsync(NpgsqlConnection connection, string sql, object parameters)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var plan = string.Join('\n', await connection.QueryAsync<string>($"explain {sql}", parameters));
        await transaction.RollbackAsync();
        Assert.False(plan.Contains("Seq Scan on jobs", StringComparison.Ordinal), $"{sql}\n\n{plan}");
    }
}
