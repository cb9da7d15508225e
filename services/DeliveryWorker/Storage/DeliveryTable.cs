using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>A delivery this worker may attempt, once, until its lease ends.</summary>
internal sealed record ClaimedDelivery
{
    public required Guid Id { get; init; }
    public required Guid LeaseId { get; init; }

    /// <summary>1 for the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>How many of them were made before the last replay.</summary>
    public required int AttemptsBefore { get; init; }

    public required bool IsRetry { get; init; }
    public required Guid EndpointId { get; init; }
    public required int EndpointVersion { get; init; }
    public required Guid EventId { get; init; }
    public required string EventType { get; init; }
    public required byte[] Payload { get; init; }
    public required string ContentType { get; init; }
    public string? TraceParent { get; init; }
}

/// <summary>What is left for endpoints that have not all of their room; all others have <paramref name="OfOthers"/>.</summary>
internal sealed record RoomLeft(Guid[] Endpoints, int[] Places, int OfOthers);

/// <summary>SQL of <c>deliveries</c>: claiming in batches, and holding.</summary>
internal sealed class DeliveryTable(NpgsqlDataSource database)
{
    /// <summary>
    /// Claims due deliveries of one lane, at most <paramref name="batch"/>, going round the endpoints with an id above <paramref name="after"/>.
    /// Each endpoint gives only as many as it has room for, so its backlog, however long, costs the others one index probe.
    /// Two workers never get the same row: a row locked by the other is skipped, one just claimed by it no longer qualifies.
    /// </summary>
    public async Task<List<ClaimedDelivery>> ClaimAsync(
        bool isRetry, int batch, Guid after, RoomLeft room, Lease lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ClaimedDelivery>(new CommandDefinition(
            """
            with recursive waiting as (
                select (select endpoint_id from deliveries
                        where status = 'pending' and is_retry = @isRetry and endpoint_id > @after order by endpoint_id limit 1) as id
                union all
                select (select endpoint_id from deliveries
                        where status = 'pending' and is_retry = @isRetry and endpoint_id > waiting.id order by endpoint_id limit 1)
                from waiting
                where waiting.id is not null
            ),
            due as (
                select row.id
                from waiting
                cross join lateral (
                    select id
                    from deliveries
                    where status = 'pending' and is_retry = @isRetry and endpoint_id = waiting.id and next_attempt_at <= @now
                      and (lease_until is null or lease_until <= @now)
                    order by next_attempt_at
                    limit least(
                        coalesce((select places from unnest(@Endpoints, @Places) as busy (id, places) where busy.id = waiting.id), @OfOthers),
                        (select case when is_enabled then rate_limit else 0 end from endpoints where id = waiting.id))
                    for update skip locked) row
                where waiting.id is not null
                limit @batch
            )
            update deliveries as delivery
            set lease_id = @leaseId, lease_until = @leaseUntil, attempts = attempts + 1
            from due, events, endpoints
            where delivery.id = due.id and events.id = delivery.event_id and endpoints.id = delivery.endpoint_id
            returning delivery.id, delivery.lease_id, delivery.attempts as attempt, attempts_before, is_retry, delivery.endpoint_id,
                      endpoints.version as endpoint_version, delivery.event_id, events.type as event_type, events.payload, events.content_type,
                      events.trace_parent
            """,
            new { isRetry, batch, after, room.Endpoints, room.Places, room.OfOthers, leaseId = lease.Id, leaseUntil = lease.Until, now },
            cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>
    /// Keeps what waits for these endpoints, for replay. A thousand at a time: the rest is not attempted either, as the endpoints are disabled,
    /// and <see cref="HoldDisabledAsync"/> comes by.
    /// </summary>
    public static Task HoldAsync(NpgsqlConnection connection, Guid[] endpointIds) =>
        connection.ExecuteAsync(
            """
            update deliveries set status = 'held'
            where id in (select id from deliveries where status = 'pending' and endpoint_id = any(@endpointIds) limit 1000 for update skip locked)
            """,
            new { endpointIds });

    /// <summary>Keeps what waits for disabled endpoints, at most <paramref name="batch"/>; returns how many there were.</summary>
    public async Task<int> HoldDisabledAsync(int batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            update deliveries set status = 'held'
            where id in (
                select waiting.id
                from endpoints
                cross join lateral (
                    select id from deliveries where status = 'pending' and is_retry in (false, true) and endpoint_id = endpoints.id
                    limit @batch for update skip locked) waiting
                where not is_enabled
                limit @batch)
            """,
            new { batch },
            cancellationToken: cancellationToken));
    }
}
