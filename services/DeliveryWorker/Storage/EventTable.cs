using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>Something to tell, fixed: these bytes are sent and signed in every attempt.</summary>
/// <param name="Id">The <c>webhook-id</c>, the same in every repeat of the same happening.</param>
/// <param name="TraceParent">The span that told us, W3C; deliveries continue its trace.</param>
internal sealed record WebhookEvent(
    Guid Id, Guid OwnerId, string Type, byte[] Payload, string? TraceParent, DateTimeOffset OccurredAt, string ContentType = "application/json");

/// <summary>An event on its way to one endpoint. It is held, not pending, when the endpoint is disabled.</summary>
internal sealed record PlannedDelivery(Guid Id, WebhookEvent Event, Guid EndpointId, int EndpointVersion, bool IsPending)
{
    public static PlannedDelivery Of(WebhookEvent happening, WantingEndpoint endpoint, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), happening, endpoint.Id, endpoint.Version, endpoint.IsEnabled);
}

/// <summary>Whose a delivery is while it is attempted, and until when at most.</summary>
internal sealed record Lease(Guid Id, DateTimeOffset Until);

/// <summary>Whose a job is.</summary>
internal sealed record JobOwner(Guid JobId, Guid OwnerId);

/// <summary>SQL of <c>events</c> and <c>job_owners</c>: events and their deliveries come into being in one statement, however many they are.</summary>
internal sealed class EventTable(NpgsqlDataSource database)
{
    private const string Remember =
        """
        insert into job_owners (job_id, owner_id, seen_at) select job_id, owner_id, @now from unnest(@jobs, @owners) as job (job_id, owner_id)
        on conflict (job_id) do nothing;
        """;

    private const string Insert =
        """
        with event as (
            insert into events (id, owner_id, type, payload, content_type, trace_parent, occurred_at)
            select * from unnest(@ids, @eventOwners, @types, @payloads, @contentTypes, @traceParents, @occurred)
            on conflict (id) do nothing
            returning id
        )
        insert into deliveries (id, event_id, endpoint_id, status, attempts, next_attempt_at, lease_id, lease_until)
        select planned.id, event_id, endpoint_id, case when is_pending then 'pending' else 'held' end, case when is_pending then @attempts else 0 end,
               @now, case when is_pending then @leaseId end, case when is_pending then @leaseUntil end
        from unnest(@deliveryIds, @eventIds, @endpointIds, @pending) as planned (id, event_id, endpoint_id, is_pending) join event on event.id = event_id
        returning id
        """;

    /// <summary>Remembers whose new jobs are, and adds the events with their deliveries; returns those added. Events that are there already keep what they have.</summary>
    /// <param name="newJobs">Known already: nothing happens.</param>
    /// <param name="planned">Each event's deliveries, all of them.</param>
    /// <param name="lease">Set when the caller makes the first attempts itself.</param>
    public async Task<List<PlannedDelivery>> AddAsync(
        IReadOnlyCollection<JobOwner> newJobs, IReadOnlyCollection<PlannedDelivery> planned, DateTimeOffset now, Lease? lease, CancellationToken cancellationToken)
    {
        var sql = (newJobs.Count > 0 ? Remember : "") + (planned.Count > 0 ? Insert : "");
        if (sql.Length == 0)
            return [];

        // In the order of their ids, so that two replicas that add the same ones wait for each other rather than in a circle.
        WebhookEvent[] events = [.. planned.Select(delivery => delivery.Event).DistinctBy(happening => happening.Id).OrderBy(happening => happening.Id)];
        JobOwner[] jobs = [.. newJobs.OrderBy(job => job.JobId)];
        var parameters = new DynamicParameters(new
        {
            now,
            jobs = jobs.Select(job => job.JobId).ToArray(),
            owners = jobs.Select(job => job.OwnerId).ToArray(),
            ids = events.Select(happening => happening.Id).ToArray(),
            eventOwners = events.Select(happening => happening.OwnerId).ToArray(),
            types = events.Select(happening => happening.Type).ToArray(),
            payloads = events.Select(happening => happening.Payload).ToArray(),
            contentTypes = events.Select(happening => happening.ContentType).ToArray(),
            traceParents = events.Select(happening => happening.TraceParent).ToArray(),
            occurred = events.Select(happening => happening.OccurredAt.UtcDateTime).ToArray(),
            deliveryIds = planned.Select(delivery => delivery.Id).ToArray(),
            eventIds = planned.Select(delivery => delivery.Event.Id).ToArray(),
            endpointIds = planned.Select(delivery => delivery.EndpointId).ToArray(),
            pending = planned.Select(delivery => delivery.IsPending).ToArray(),
            attempts = lease is null ? 0 : 1,
        });
        parameters.Add("leaseId", lease?.Id, System.Data.DbType.Guid);
        parameters.Add("leaseUntil", lease?.Until.UtcDateTime, System.Data.DbType.DateTime);

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var added = (await connection.QueryAsync<Guid>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).ToHashSet();
        return [.. planned.Where(delivery => added.Contains(delivery.Id))];
    }
}
