using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>Where a walk through old deliveries has come to, and what it took away.</summary>
internal sealed record CleanedBatch(Guid? Last, int Seen, int Deleted);

/// <summary>SQL that takes away what nobody needs any more, a few rows at a time.</summary>
internal sealed class OldRows(NpgsqlDataSource database)
{
    private const string TakeAway =
        """
        gone as (
            delete from deliveries where id in (select id from old where may_go) returning id, event_id
        ),
        log as (
            delete from attempts where delivery_id in (select id from gone)
        )
        """;

    /// <summary>
    /// Goes on from <paramref name="after"/> through the deliveries planned before <paramref name="until"/>, in the order of the primary key,
    /// and deletes those at rest. What is still pending is stepped over, once a walk, rather than met again by every batch.
    /// </summary>
    public async Task<CleanedBatch> DeleteRestingAsync(Guid after, Guid until, int batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(Guid Id, Guid EventId, bool IsGone)>(new CommandDefinition(
            $"""
            with old as (
                select id, event_id, status <> 'pending' as may_go from deliveries where id > @after and id < @until order by id limit @batch
            ),
            {TakeAway}
            select id, event_id, may_go from old order by id
            """,
            new { after, until, batch },
            cancellationToken: cancellationToken))).AsList();
        await DeleteUntoldAsync(connection, [.. rows.Where(row => row.IsGone).Select(row => row.EventId).Distinct()], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(rows.Count > 0 ? rows[^1].Id : null, rows.Count, rows.Count(row => row.IsGone));
    }

    /// <summary>Deletes what is left of deleted endpoints, and then their rows; returns how many deliveries there were.</summary>
    /// <param name="deletedBefore">By now nobody has work of it in hand.</param>
    public async Task<int> DeleteOrphansAsync(DateTimeOffset deletedBefore, int batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var events = (await connection.QueryAsync<Guid>(new CommandDefinition(
            $"""
            with old as (
                select deliveries.id, true as may_go
                from (select id from endpoints where deleted_at < @deletedBefore order by deleted_at) deleted
                join deliveries on endpoint_id = deleted.id
                limit @batch
            ),
            {TakeAway}
            select event_id from gone
            """,
            new { deletedBefore, batch },
            cancellationToken: cancellationToken))).AsList();
        await DeleteUntoldAsync(connection, [.. events.Distinct()], cancellationToken);
        if (events.Count < batch)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                delete from endpoints
                where deleted_at < @deletedBefore and not exists (select from deliveries where endpoint_id = endpoints.id)
                """,
                new { deletedBefore },
                cancellationToken: cancellationToken));
        }
        await transaction.CommitAsync(cancellationToken);
        return events.Count;
    }

    /// <summary>Ends the overlap of rotated secrets, and forgets whose old jobs were.</summary>
    public async Task ForgetAsync(DateTimeOffset now, DateTimeOffset jobsBefore, int batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update endpoints set previous_secret = null, previous_secret_until = null, version = version + 1 where previous_secret_until < @now;
            delete from job_owners where job_id in (select job_id from job_owners where seen_at < @jobsBefore limit @batch)
            """,
            new { now, jobsBefore, batch },
            cancellationToken: cancellationToken));
    }

    private static Task<int> DeleteUntoldAsync(NpgsqlConnection connection, Guid[] ids, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "delete from events where id = any(@ids) and not exists (select from deliveries where event_id = events.id)",
            new { ids },
            cancellationToken: cancellationToken));
}
