using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>Something to tell, fixed: these bytes are sent and signed in every attempt.</summary>
/// <param name="Id">The <c>webhook-id</c>, the same in every repeat of the same happening.</param>
/// <param name="TraceParent">The span that told us, W3C; deliveries continue its trace.</param>
internal sealed record WebhookEvent(Guid Id, Guid OwnerId, string Type, byte[] Payload, string? TraceParent, DateTimeOffset OccurredAt);

/// <summary>A delivery that was just planned. It is held, not pending, when its endpoint is disabled.</summary>
internal sealed record PlannedDelivery(Guid Id, Guid EndpointId, string Status, string Url, string Secret, string Headers)
{
    public bool IsPending => Status == "pending";
}

/// <summary>Whose a delivery is while it is attempted, and until when at most.</summary>
internal sealed record Lease(Guid Id, DateTimeOffset Until);

/// <summary>SQL of <c>events</c>: an event and its deliveries come into being in one statement.</summary>
internal sealed class EventTable(NpgsqlDataSource database)
{
    /// <summary>
    /// One delivery for each of the owner's endpoints that wants the event. Planned before: nothing happens. Nobody wants it: nothing is kept.
    /// </summary>
    /// <param name="patterns">What an endpoint may have asked for to get this event.</param>
    /// <param name="lease">Set when the caller makes the first attempts itself.</param>
    public async Task<IReadOnlyList<PlannedDelivery>> PlanAsync(
        WebhookEvent happening, string[] patterns, DateTimeOffset now, Lease? lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<PlannedDelivery>(new CommandDefinition(
            """
            with wanting as (
                select id, is_enabled, url, secret, headers from endpoints where owner_id = @OwnerId and events && @patterns
            ),
            event as (
                insert into events (id, owner_id, type, payload, trace_parent, occurred_at)
                select @Id, @OwnerId, @Type, @Payload, @TraceParent, @OccurredAt
                where exists (select from wanting)
                on conflict (id) do nothing
                returning id
            ),
            delivery as (
                insert into deliveries (id, event_id, endpoint_id, status, attempts, next_attempt_at, lease_id, lease_until)
                select gen_random_uuid(), event.id, wanting.id, status, case when lease_id is null then 0 else 1 end, @now, lease_id,
                       case when lease_id is not null then @leaseUntil::timestamptz end
                from event
                cross join wanting
                cross join lateral (select case when is_enabled then 'pending' else 'held' end as status,
                                           case when is_enabled then @leaseId::uuid end as lease_id) claim
                returning id, endpoint_id, status
            )
            select delivery.id, endpoint_id, status, url, secret, headers
            from delivery join wanting on wanting.id = endpoint_id
            """,
            new
            {
                happening.Id,
                happening.OwnerId,
                happening.Type,
                happening.Payload,
                happening.TraceParent,
                happening.OccurredAt,
                patterns,
                now,
                leaseId = lease?.Id,
                leaseUntil = lease?.Until.UtcDateTime,
            },
            cancellationToken: cancellationToken))).AsList();
    }
}
