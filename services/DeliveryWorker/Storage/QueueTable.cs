using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>How much waits.</summary>
/// <param name="First">Deliveries waiting for their first attempt.</param>
/// <param name="Retries">Deliveries waiting for another one.</param>
/// <param name="OldestDue">Since when the one that is overdue most could have been attempted.</param>
internal sealed record QueueState(long First, long Retries, DateTimeOffset? OldestDue);

/// <summary>SQL of <c>deliveries</c>: depth and age of the queue.</summary>
internal sealed class QueueTable(NpgsqlDataSource database)
{
    /// <summary>What is counted at most; an alert rings long before.</summary>
    public const int MostCounted = 100_000;

    /// <summary>Cheap whatever waits: the counts are cut off, and the age is one index probe for each endpoint something waits for.</summary>
    public async Task<QueueState> MeasureAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<QueueState>(new CommandDefinition(
            $"""
            with recursive waiting as (
                (select is_retry, endpoint_id, next_attempt_at from deliveries
                 where status = 'pending' order by is_retry, endpoint_id, next_attempt_at limit 1)
                union all
                select next.*
                from waiting
                cross join lateral (
                    select is_retry, endpoint_id, next_attempt_at from deliveries
                    where status = 'pending' and (is_retry, endpoint_id) > (waiting.is_retry, waiting.endpoint_id)
                    order by is_retry, endpoint_id, next_attempt_at limit 1) next
            )
            select (select count(*) from (select from deliveries where status = 'pending' and not is_retry limit {MostCounted}) counted) as first,
                   (select count(*) from (select from deliveries where status = 'pending' and is_retry limit {MostCounted}) counted) as retries,
                   (select min(next_attempt_at) from waiting where next_attempt_at <= @now) as oldest_due
            """,
            new { now },
            cancellationToken: cancellationToken));
    }
}
