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

    public required Guid OwnerId { get; init; }
    public required Guid EndpointId { get; init; }
    public required string Url { get; init; }
    public required string Secret { get; init; }
    public required string Headers { get; init; }
    public required Guid EventId { get; init; }
    public required string EventType { get; init; }
    public required byte[] Payload { get; init; }
    public string? TraceParent { get; init; }
}

/// <summary>What a delivery becomes after an attempt: <c>delivered</c>, <c>dead</c>, or <c>pending</c> until the next one.</summary>
internal sealed record CompletedDelivery(
    Guid Id, Guid LeaseId, string Status, DateTimeOffset NextAttemptAt, int? LastStatus, string? LastError, DateTimeOffset CompletedAt);

/// <summary>How much is waiting.</summary>
internal sealed record QueueState(long Pending, long Due, DateTimeOffset? OldestDue);

/// <summary>SQL of <c>deliveries</c>: claiming and completing, in batches.</summary>
internal sealed class DeliveryTable(NpgsqlDataSource database)
{
    /// <summary>
    /// Claims due deliveries, at most <paramref name="batch"/>, going round the endpoints with an id above <paramref name="after"/>.
    /// Each endpoint gives only as many as it has room for, so its backlog, however long, costs the others one index probe.
    /// Two workers never get the same row: a row locked by the other is skipped, one just claimed by it no longer qualifies.
    /// </summary>
    /// <param name="room">What is left for endpoints with attempts under way; all others have <paramref name="roomOfOthers"/>.</param>
    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        int batch,
        Guid after,
        IReadOnlyDictionary<Guid, int> room,
        int roomOfOthers,
        Lease lease,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ClaimedDelivery>(new CommandDefinition(
            """
            with recursive waiting as (
                select (select endpoint_id from deliveries
                        where status = 'pending' and endpoint_id > @after order by endpoint_id limit 1) as id
                union all
                select (select endpoint_id from deliveries
                        where status = 'pending' and endpoint_id > waiting.id order by endpoint_id limit 1)
                from waiting
                where waiting.id is not null
            ),
            due as (
                select row.id
                from waiting
                cross join lateral (
                    select id
                    from deliveries
                    where status = 'pending' and endpoint_id = waiting.id and next_attempt_at <= @now
                      and (lease_until is null or lease_until <= @now)
                    order by next_attempt_at
                    limit coalesce((select left_over from unnest(@busy, @room) as busy (id, left_over) where busy.id = waiting.id), @roomOfOthers)
                    for update skip locked) row
                where waiting.id is not null
                limit @batch
            )
            update deliveries as delivery
            set lease_id = @leaseId, lease_until = @leaseUntil, attempts = attempts + 1
            from due, events, endpoints
            where delivery.id = due.id and events.id = delivery.event_id and endpoints.id = delivery.endpoint_id
            returning delivery.id, delivery.lease_id, delivery.attempts as attempt, endpoints.owner_id, delivery.endpoint_id, endpoints.url,
                      endpoints.secret, endpoints.headers, delivery.event_id, events.type as event_type, events.payload, events.trace_parent
            """,
            new
            {
                batch,
                after,
                busy = room.Keys.ToArray(),
                room = room.Values.ToArray(),
                roomOfOthers,
                leaseId = lease.Id,
                leaseUntil = lease.Until,
                now,
            },
            cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>
    /// Saves what came of attempts and returns the ids it was saved for. A result whose lease has passed to someone else is dropped:
    /// the other's will be saved. A delivery held in the meantime stays held rather than pending.
    /// </summary>
    public static async Task<IReadOnlySet<Guid>> CompleteAsync(NpgsqlConnection connection, IReadOnlyList<CompletedDelivery> completed) =>
        (await connection.QueryAsync<Guid>(
            """
            update deliveries as delivery
            set status = case when delivery.status = 'held' and result.status = 'pending' then 'held' else result.status end,
                next_attempt_at = result.next_attempt_at, last_status = result.last_status, last_error = result.last_error,
                completed_at = case when result.status <> 'pending' then result.completed_at end,
                lease_id = null, lease_until = null
            from unnest(@ids, @leases, @statuses, @nexts, @lastStatuses, @lastErrors, @times)
                as result (id, lease_id, status, next_attempt_at, last_status, last_error, completed_at)
            where delivery.id = result.id and delivery.lease_id = result.lease_id
            returning delivery.id
            """,
            new
            {
                ids = completed.Select(row => row.Id).ToArray(),
                leases = completed.Select(row => row.LeaseId).ToArray(),
                statuses = completed.Select(row => row.Status).ToArray(),
                nexts = completed.Select(row => row.NextAttemptAt).ToArray(),
                lastStatuses = completed.Select(row => row.LastStatus).ToArray(),
                lastErrors = completed.Select(row => row.LastError).ToArray(),
                times = completed.Select(row => row.CompletedAt).ToArray(),
            })).ToHashSet();

    /// <summary>Keeps what waits for disabled endpoints, for replay.</summary>
    public static Task HoldAsync(NpgsqlConnection connection, Guid[] endpointIds) =>
        connection.ExecuteAsync(
            "update deliveries set status = 'held' where status = 'pending' and endpoint_id = any(@endpointIds)", new { endpointIds });

    public async Task<QueueState> GetQueueStateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<QueueState>(new CommandDefinition(
            """
            select count(*) as pending, count(*) filter (where next_attempt_at <= @now) as due,
                   min(next_attempt_at) filter (where next_attempt_at <= @now) as oldest_due
            from deliveries where status = 'pending'
            """,
            new { now },
            cancellationToken: cancellationToken));
    }
}
