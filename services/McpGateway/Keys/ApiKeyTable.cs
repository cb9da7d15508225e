using Dapper;
using Npgsql;

namespace MjAspire.McpGateway.Keys;

/// <summary>Table <c>api_keys</c>.</summary>
internal sealed class ApiKeyTable(NpgsqlDataSource database)
{
    public async Task<ApiKey?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            "select id, owner_id, name, scopes, expires_at, revoked_at from api_keys where key_hash = @hash",
            new { hash }, cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Writes the key under its id, in place of an earlier one. A different text is a new key and starts unrevoked;
    /// the same text stays as it was, so that a revocation outlives a restart.
    /// </summary>
    public async Task PutAsync(ApiKey key, string text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into api_keys (id, owner_id, name, prefix, key_hash, scopes, created_at, expires_at)
            values (@Id, @OwnerId, @Name, @prefix, @hash, @Scopes, @now, @ExpiresAt)
            on conflict (id) do update set
                owner_id   = excluded.owner_id,
                name       = excluded.name,
                prefix     = excluded.prefix,
                scopes     = excluded.scopes,
                expires_at = excluded.expires_at,
                created_at = case when api_keys.key_hash = excluded.key_hash then api_keys.created_at else excluded.created_at end,
                revoked_at = case when api_keys.key_hash = excluded.key_hash then api_keys.revoked_at end,
                key_hash   = excluded.key_hash
            """,
            new
            {
                key.Id,
                key.OwnerId,
                key.Name,
                key.Scopes,
                key.ExpiresAt,
                now,
                prefix = ApiKey.PrefixOf(text),
                hash = ApiKey.HashOf(text),
            },
            cancellationToken: cancellationToken));
    }
}
