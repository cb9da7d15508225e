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
