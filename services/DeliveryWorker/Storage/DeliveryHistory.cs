using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>A delivery as it stands.</summary>
internal sealed record DeliveryRow(
    Guid Id,
    Guid EventId,
    Guid EndpointId,
    string EventType,
    string Status,
    int Attempts,
    DateTimeOffset NextAttemptAt,
    int? LastStatus,
    string? LastError,
    DateTimeOffset? CompletedAt);

/// <summary>A row of <c>attempts</c>.</summary>
internal sealed record AttemptRow(int Number, DateTimeOffset StartedAt, int DurationMs, int? Status, string? Error, byte[] Response);

/// <summary>Which of an endpoint's deliveries are asked for; what is null does not matter.</summary>
/// <param name="From">Ids are moments (version 7): this and later.</param>
/// <param name="Before">Earlier than this.</param>
internal sealed record DeliveryFilter(string? Status, string? EventType, Guid? From, Guid? Before, int Limit);

/// <summary>What asking for a replay came to.</summary>
internal enum Replayed
{
    Yes,
    UnknownDelivery,
    EndpointDisabled,
}

/// <summary>SQL of <c>deliveries</c> and <c>attempts</c>, as their owners read and replay them.</summary>
internal sealed class DeliveryHistory(NpgsqlDataSource database)
{
    private const string Columns =
        """
        deliveries.id, event_id, endpoint_id, events.type as event_type, status, attempts, next_attempt_at, last_status, last_error, completed_at
        """;

    /// <summary>Newest first.</summary>
    public async Task<List<DeliveryRow>> ListAsync(Guid endpointId, DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var where = new List<string> { "endpoint_id = @endpointId" };
        if (filter.Status is not null)
            where.Add("status = @Status");
        if (filter.EventType is not null)
            where.Add("events.type = @EventType");
        if (filter.From is not null)
            where.Add("deliveries.id >= @From");
        if (filter.Before is not null)
            where.Add("deliveries.id < @Before");

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DeliveryRow>(new CommandDefinition(
            $"""
            select {Columns} from deliveries join events on events.id = event_id
            where {string.Join(" and ", where)} order by deliveries.id desc limit @Limit
            """,
            new { endpointId, filter.Status, filter.EventType, filter.From, filter.Before, filter.Limit },
            cancellationToken: cancellationToken))).AsList();
    }

    public async Task<(DeliveryRow Delivery, List<AttemptRow> Attempts)?> FindAsync(Guid ownerId, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var delivery = await connection.QuerySingleOrDefaultAsync<DeliveryRow>(new CommandDefinition(
            $"""
            select {Columns} from deliveries join events on events.id = event_id join endpoints on endpoints.id = endpoint_id
            where deliveries.id = @id and endpoints.owner_id = @ownerId and deleted_at is null
            """,
            new { ownerId, id },
            cancellationToken: cancellationToken));
        if (delivery is null)
            return null;

        var attempts = await connection.QueryAsync<AttemptRow>(new CommandDefinition(
            "select number, started_at, duration_ms, status, error, response from attempts where delivery_id = @id order by number",
            new { id },
            cancellationToken: cancellationToken));
        return (delivery, attempts.AsList());
    }

    /// <summary>Makes one delivery due now, whatever became of it, with the whole schedule before it. One under way is left to its attempt.</summary>
    public async Task<Replayed> ReplayAsync(Guid ownerId, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<bool?>(new CommandDefinition(
            """
            with delivery as (
                select deliveries.id, is_enabled from deliveries join endpoints on endpoints.id = endpoint_id
                where deliveries.id = @id and endpoints.owner_id = @ownerId and deleted_at is null
            ),
            replayed as (
                update deliveries
                set status = 'pending', is_retry = true, attempts_before = attempts, next_attempt_at = @now, completed_at = null,
                    lease_id = null, lease_until = null
                from delivery
                where deliveries.id = delivery.id and is_enabled and (lease_until is null or lease_until <= @now)
            )
            select is_enabled from delivery
            """,
            new { ownerId, id, now },
            cancellationToken: cancellationToken)) switch
        {
            null => Replayed.UnknownDelivery,
            false => Replayed.EndpointDisabled,
            true => Replayed.Yes,
        };
    }

    /// <summary>Makes failed and held deliveries due now, at most <paramref name="batch"/>, oldest first; returns how many.</summary>
    /// <param name="from">The first of them.</param>
    public async Task<int> ReplayFailedAsync(Guid endpointId, Guid from, int batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            update deliveries
            set status = 'pending', is_retry = true, attempts_before = attempts, next_attempt_at = @now, completed_at = null,
                lease_id = null, lease_until = null
            where id in (
                select id from deliveries
                where endpoint_id = @endpointId and id >= @from and status in ('dead', 'held') and (lease_until is null or lease_until <= @now)
                order by id limit @batch for update skip locked)
            """,
            new { endpointId, from, batch, now },
            cancellationToken: cancellationToken));
    }
}
