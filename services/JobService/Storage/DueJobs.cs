using Dapper;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.JobService.Storage;

/// <summary>Jobs somebody should look after, by <c>next_check_at</c>.</summary>
internal sealed class DueJobs(NpgsqlDataSource database, TimeProvider time)
{
    internal const string ClaimSql =
        $"""
        update jobs set next_check_at = @until
        where id in (select id from jobs where next_check_at <= @now order by next_check_at limit @limit for update skip locked)
        returning {JobRow.Columns}
        """;

    /// <summary>
    /// Takes up to <paramref name="limit"/> due jobs, the longest due first. Taken ones are not due again for <paramref name="lease"/>,
    /// so that replicas share the work and a killed one's share comes back.
    /// </summary>
    public async Task<IReadOnlyList<Job>> ClaimAsync(int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var rows = await connection.QueryAsync<JobRow>(ClaimSql, new { now, until = now + lease, limit });
        return [.. rows.Select(row => row.ToJob())];
    }

    /// <summary>Sets when to look again, at its deadline at the latest, unless the job has moved meanwhile and said so itself.</summary>
    public async Task AgainAsync(Job job, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await AgainAsync(connection, job, at);
    }

    /// <summary>The same, within a transaction.</summary>
    public static Task AgainAsync(OutboxTransaction unit, Job job, DateTimeOffset at) => AgainAsync(unit.Connection, job, at);

    private static Task AgainAsync(NpgsqlConnection connection, Job job, DateTimeOffset at) => connection.ExecuteAsync(
        "update jobs set next_check_at = least(@at, deadline_at) where id = @Id and sequence = @Sequence", new { at, job.Id, job.Sequence });

    /// <summary>Has a job looked after as soon as possible.</summary>
    public async Task HurryAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            "update jobs set next_check_at = @now where id = @jobId and next_check_at is not null", new { jobId, now = time.GetUtcNow() });
    }
}
