using Dapper;
using Npgsql;

namespace MjAspire.McpGateway.Auditing;

/// <summary>Table <c>audit_log</c>.</summary>
internal sealed class AuditTable(NpgsqlDataSource database)
{
    public async Task AddAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into audit_log (id, at, owner_id, key_id, key_name, action, target, status, outcome, address, trace_id)
            select * from unnest(@id, @at, @owner, @key, @name, @action, @target, @status, @outcome, @address, @trace)
            on conflict do nothing
            """,
            new
            {
                id = entries.Select(entry => entry.Id).ToArray(),
                at = entries.Select(entry => entry.At.UtcDateTime).ToArray(),
                owner = entries.Select(entry => entry.OwnerId).ToArray(),
                key = entries.Select(entry => entry.KeyId).ToArray(),
                name = entries.Select(entry => entry.KeyName).ToArray(),
                action = entries.Select(entry => entry.Action).ToArray(),
                target = entries.Select(entry => entry.Target).ToArray(),
                status = entries.Select(entry => entry.Status).ToArray(),
                outcome = entries.Select(entry => entry.Outcome).ToArray(),
                address = entries.Select(entry => entry.Address).ToArray(),
                trace = entries.Select(entry => entry.TraceId).ToArray(),
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>Newest first, from below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(
        Guid? owner, string? key, string? outcome, Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<AuditEntry>(new CommandDefinition(
            """
            select id, at, owner_id, key_id, key_name, action, target, status, outcome, address, trace_id from audit_log
            where (@owner::uuid is null or owner_id = @owner) and (@key::text is null or key_id = @key)
              and (@outcome::text is null or outcome = @outcome) and (@before::uuid is null or id < @before)
            order by id desc limit @limit
            """,
            new { owner, key, outcome, before, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Deletes what is older, and what is more than <paramref name="most"/> rows, a bounded number at a time.</summary>
    /// <returns>How many went.</returns>
    public async Task<int> ForgetAsync(Guid olderThan, int most, int atOnce, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from audit_log where id in (
                select id from audit_log
                where id < greatest(@olderThan, (select id from audit_log order by id desc offset @most limit 1))
                order by id limit @atOnce)
            """,
            new { olderThan, most, atOnce }, commandTimeout: 60, cancellationToken: cancellationToken));
    }
}
