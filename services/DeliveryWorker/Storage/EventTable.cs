using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>Something to tell, fixed: these bytes are sent and signed in every attempt.</summary>
/// <param name="Id">The <c>webhook-id</c>, the same in every repeat of the same happening.</param>
/// <param name="TraceParent">The span that told us, W3C; deliveries continue its trace.</param>
internal sealed record WebhookEvent(
    Guid Id, Guid OwnerId, string Type, byte[] Payload, string? TraceParent, DateTimeOffset OccurredAt, string ContentType = "application/json");

/// <summary>A delivery that was just planned. It is held, not pending, when its endpoint is disabled.</summary>
internal sealed record PlannedDelivery(Guid Id, Guid EndpointId, int EndpointVersion, string Status)
{
    public bool IsPending => Status == "pending";
}

/// <summary>Whose a delivery is while it is attempted, and until when at most.</summary>
internal sealed record Lease(Guid Id, DateTimeOffset Until);

/// <summary>SQL of <c>events</c>: an event and its deliveries come into being in one statement.</summary>
internal sealed class EventTable(NpgsqlDataSource database)
{
    private const string ForOwner =
        """
        with wanting as (
            select id, version, is_enabled from endpoints where owner_id = @OwnerId and events && @patterns and id is distinct from @except
        ),
        """;

    private const string ForOne =
        """
        with wanting as (
            select id, version, is_enabled or @evenDisabled as is_enabled from endpoints where id = @endpointId and deleted_at is null
        ),
        """;

    private const string Insert =
        """
        event as (
            insert into events (id, owner_id, type, payload, content_type, trace_parent, occurred_at)
            select @Id, @OwnerId, @Type, @Payload, @ContentType, @TraceParent, @OccurredAt
            where exists (select from wanting)
            on conflict (id) do nothing
            returning id
        ),
        delivery as (
            insert into deliveries (id, event_id, endpoint_id, status, attempts, next_attempt_at, lease_id, lease_until)
            select uuid_v7(@now), event.id, wanting.id, status, case when lease_id is null then 0 else 1 end, @now, lease_id,
                   case when lease_id is not null then @leaseUntil::timestamptz end
            from event
            cross join wanting
            cross join lateral (select case when is_enabled then 'pending' else 'held' end as status,
                                       case when is_enabled then @leaseId::uuid end as lease_id) claim
            returning id, endpoint_id, status
        )
        select delivery.id, endpoint_id, version as endpoint_version, status
        from delivery join wanting on wanting.id = endpoint_id
        """;

    /// <summary>
    /// One delivery for each of the owner's endpoints that wants the event. Planned before: nothing happens. Nobody wants it: nothing is kept.
    /// </summary>
    /// <param name="patterns">What an endpoint may have asked for to get this event.</param>
    /// <param name="except">An endpoint that is not told, because the event is about it.</param>
    /// <param name="lease">Set when the caller makes the first attempts itself.</param>
    public Task<List<PlannedDelivery>> PlanAsync(
        WebhookEvent happening, string[] patterns, Guid? except, DateTimeOffset now, Lease? lease, CancellationToken cancellationToken)
    {
        var parameters = Parameters(happening, now, lease);
        parameters.Add("patterns", patterns);
        parameters.Add("except", except, System.Data.DbType.Guid);
        return QueryAsync(ForOwner + Insert, parameters, cancellationToken);
    }

    /// <summary>One delivery, to this endpoint, whatever it asked for.</summary>
    public Task<List<PlannedDelivery>> PlanForAsync(
        Guid endpointId, bool evenDisabled, WebhookEvent happening, DateTimeOffset now, Lease? lease, CancellationToken cancellationToken)
    {
        var parameters = Parameters(happening, now, lease);
        parameters.Add("endpointId", endpointId);
        parameters.Add("evenDisabled", evenDisabled);
        return QueryAsync(ForOne + Insert, parameters, cancellationToken);
    }

    private static DynamicParameters Parameters(WebhookEvent happening, DateTimeOffset now, Lease? lease)
    {
        var parameters = new DynamicParameters(happening);
        parameters.Add("now", now);
        parameters.Add("leaseId", lease?.Id, System.Data.DbType.Guid);
        parameters.Add("leaseUntil", lease?.Until.UtcDateTime, System.Data.DbType.DateTime);
        return parameters;
    }

    private async Task<List<PlannedDelivery>> QueryAsync(string sql, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<PlannedDelivery>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }
}
