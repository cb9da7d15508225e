using Dapper;
using MjAspire.Contracts.Webhooks;
using Npgsql;
using NpgsqlTypes;

namespace MjAspire.WebhookIngress.Storage;

/// <summary>SQL of <c>callbacks</c> and <c>callback_bodies</c>.</summary>
internal sealed class CallbackTable(NpgsqlDataSource database)
{
    private const string Columns =
        "id, callback_id, provider, outcome, reason, status, size, content_type, address, job_id, trace_id, received_at, duration_ms, replay_of";

    /// <summary>A batch, by COPY. Without waiting for the disk: the history may lose its last moments, in exchange for being cheap.</summary>
    public async Task AddAsync(IReadOnlyList<NewCallback> batch, DateTimeOffset keepBodiesUntil, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("set local synchronous_commit = off");
        await using (var copy = await connection.BeginBinaryImportAsync($"copy callbacks ({Columns}) from stdin (format binary)", cancellationToken))
        {
            foreach (var (row, _) in batch)
                await WriteAsync(copy, row, cancellationToken);
            await copy.CompleteAsync(cancellationToken);
        }
        await using (var copy = await connection.BeginBinaryImportAsync("copy callback_bodies (id, body, keep_until) from stdin (format binary)", cancellationToken))
        {
            foreach (var (row, body) in batch)
            {
                if (body is null)
                    continue;
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancellationToken);
                await copy.WriteAsync(body, NpgsqlDbType.Bytea, cancellationToken);
                await copy.WriteAsync(keepBodiesUntil.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
            }
            await copy.CompleteAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>One that must not be lost. Harmless the second time.</summary>
    public async Task ParkAsync(CallbackParked parked, DateTimeOffset keepUntil, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            with row as (
                insert into callbacks (id, callback_id, provider, outcome, reason, status, size, content_type, address, job_id, received_at, duration_ms)
                values (@Id, @CallbackId, @Provider, 'parked', @Reason, 202, length(@Body), @ContentType, @Address, @JobId, @ReceivedAt, 0)
                on conflict (id) do nothing
            )
            insert into callback_bodies (id, body, keep_until) values (@Id, @Body, @keepUntil) on conflict (id) do nothing
            """,
            new
            {
                parked.Id,
                parked.CallbackId,
                parked.Provider,
                parked.Reason,
                parked.Body,
                parked.ContentType,
                parked.Address,
                parked.JobId,
                parked.ReceivedAt,
                keepUntil,
            },
            cancellationToken: cancellationToken));
    }

    public async Task<IReadOnlyList<CallbackRow>> ListAsync(CallbackQuery query, CancellationToken cancellationToken)
    {
        // Only conditions that are asked for: each then has its index, or walks back along the key.
        var conditions = new List<string>();
        if (query.Provider is not null)
            conditions.Add("provider = @Provider");
        if (query.Outcomes is not null)
            conditions.Add("outcome = any(@Outcomes)");
        if (query.JobId is not null)
            conditions.Add("job_id = @JobId");
        if (query.Since is not null)
            conditions.Add("received_at >= @Since");
        if (query.Until is not null)
            conditions.Add("received_at < @Until");
        if (query.Before is not null)
            conditions.Add("id < @Before");
        var where = conditions.Count > 0 ? $"where {string.Join(" and ", conditions)}" : "";

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<CallbackRow>(new CommandDefinition(
            $"""
            select {Columns}, replayed_at, exists (select from callback_bodies where callback_bodies.id = callbacks.id) as has_body
            from callbacks {where} order by id desc limit @Limit
            """,
            query,
            cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>One row and its body, if that is still there.</summary>
    public async Task<(CallbackRow Row, byte[]? Body)?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<CallbackRow>(new CommandDefinition(
            $"select {Columns}, replayed_at, exists (select from callback_bodies where callback_bodies.id = callbacks.id) as has_body from callbacks where id = @id",
            new { id },
            cancellationToken: cancellationToken));
        if (row is null)
            return null;
        var body = await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
            "select body from callback_bodies where id = @id", new { id }, cancellationToken: cancellationToken));
        return (row, body);
    }

    public async Task MarkReplayedAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "update callbacks set replayed_at = @now where id = @id", new { id, now }, cancellationToken: cancellationToken));
    }

    /// <summary>Deletes bodies whose time has come and rows older than <paramref name="oldest"/>, at most so many of each; replicas skip each other's.</summary>
    /// <returns>The larger of the two counts.</returns>
    public async Task<int> DeleteOldAsync(Guid oldest, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var bodies = await connection.ExecuteAsync(new CommandDefinition(
            "delete from callback_bodies where id in (select id from callback_bodies where keep_until < @now order by keep_until limit @limit for update skip locked)",
            new { now, limit },
            cancellationToken: cancellationToken));
        var rows = await connection.ExecuteAsync(new CommandDefinition(
            "delete from callbacks where id in (select id from callbacks where id < @oldest order by id limit @limit for update skip locked)",
            new { oldest, limit },
            cancellationToken: cancellationToken));
        return Math.Max(bodies, rows);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, CallbackRow row, CancellationToken cancellationToken)
    {
        await copy.StartRowAsync(cancellationToken);
        await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancellationToken);
        await WriteAsync(row.CallbackId);
        await copy.WriteAsync(row.Provider, NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(row.Outcome, NpgsqlDbType.Text, cancellationToken);
        await WriteTextAsync(row.Reason);
        await copy.WriteAsync(row.Status, NpgsqlDbType.Integer, cancellationToken);
        await copy.WriteAsync(row.Size, NpgsqlDbType.Integer, cancellationToken);
        await WriteTextAsync(row.ContentType);
        await copy.WriteAsync(row.Address, NpgsqlDbType.Text, cancellationToken);
        await WriteAsync(row.JobId);
        await WriteTextAsync(row.TraceId);
        await copy.WriteAsync(row.ReceivedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
        await copy.WriteAsync(row.DurationMs, NpgsqlDbType.Real, cancellationToken);
        await WriteAsync(row.ReplayOf);

        Task WriteAsync(Guid? id) => id is { } value ? copy.WriteAsync(value, NpgsqlDbType.Uuid, cancellationToken) : copy.WriteNullAsync(cancellationToken);

        Task WriteTextAsync(string? text) => text is not null ? copy.WriteAsync(text, NpgsqlDbType.Text, cancellationToken) : copy.WriteNullAsync(cancellationToken);
    }
}
