using Dapper;
using Npgsql;

namespace MjAspire.McpGateway.Keys;

/// <summary>Table <c>api_keys</c>.</summary>
internal sealed class ApiKeyTable(NpgsqlDataSource database)
{
    private const string Columns = "id, owner_id, name, prefix, scopes, created_at, expires_at, revoked_at, replaced_by";

    public async Task<ApiKey?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            $"select {Columns} from api_keys where key_hash = @hash",
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

    /// <summary>Newest first, from below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Guid? owner, Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ApiKey>(new CommandDefinition(
            $"""
            select {Columns} from api_keys
            where (@owner::uuid is null or owner_id = @owner) and (@before::uuid is null or id < @before)
            order by id desc limit @limit
            """,
            new { owner, before, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <returns>False when the owner has <paramref name="most"/> keys already.</returns>
    public async Task<bool> AddAsync(ApiKey key, string text, int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into api_keys (id, owner_id, name, prefix, key_hash, scopes, created_at, expires_at)
            select @Id, @OwnerId, @Name, @prefix, @hash, @Scopes, @CreatedAt, @ExpiresAt
            where (select count(*) from api_keys
                   where owner_id = @OwnerId and revoked_at is null and (expires_at is null or expires_at > @CreatedAt)) < @most
            """,
            new { key.Id, key.OwnerId, key.Name, key.Scopes, key.CreatedAt, key.ExpiresAt, most, prefix = ApiKey.PrefixOf(text), hash = ApiKey.HashOf(text) },
            cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>Puts a new key in an old one's place; the old one still works until <paramref name="oldEnds"/>, or its own end if that is sooner.</summary>
    /// <param name="id">The old key's.</param>
    /// <param name="replace">The new key made from the old one, and its text; null when the old one cannot be rotated.</param>
    /// <param name="oldEnds">When the overlap is over.</param>
    /// <returns>The old key as it was; null when there is none.</returns>
    public async Task<ApiKey?> RotateAsync(
        Guid id, Func<ApiKey, (ApiKey Key, string Text)?> replace, DateTimeOffset oldEnds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var old = await connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            $"select {Columns} from api_keys where id = @id for update", new { id }, transaction, cancellationToken: cancellationToken));
        if (old is null || replace(old) is not var (key, text))
            return old;

        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into api_keys (id, owner_id, name, prefix, key_hash, scopes, created_at, expires_at)
            values (@Id, @OwnerId, @Name, @prefix, @hash, @Scopes, @CreatedAt, @ExpiresAt);
            update api_keys set expires_at = least(coalesce(expires_at, @oldEnds), @oldEnds), replaced_by = @Id where id = @old
            """,
            new
            {
                key.Id,
                key.OwnerId,
                key.Name,
                key.Scopes,
                key.CreatedAt,
                key.ExpiresAt,
                oldEnds,
                old = id,
                prefix = ApiKey.PrefixOf(text),
                hash = ApiKey.HashOf(text),
            },
            transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return old;
    }

    /// <summary>For good. A repeat changes nothing.</summary>
    public async Task<bool> RevokeAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "update api_keys set revoked_at = coalesce(revoked_at, @now) where id = @id", new { id, now }, cancellationToken: cancellationToken)) == 1;
    }
}
