using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>SQL of <c>endpoints</c>. Everything an owner asks for is asked with the owner's id.</summary>
internal sealed class EndpointTable(NpgsqlDataSource database)
{
    /// <summary>False, and nothing is added, when the owner has <paramref name="limit"/> endpoints already.</summary>
    public async Task<bool> AddAsync(WebhookEndpoint endpoint, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // One owner's additions queue up here, so that two at once cannot both be the last one allowed.
        await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@OwnerId::text, 0))", endpoint);
        var added = await connection.ExecuteAsync(
            """
            insert into endpoints (id, owner_id, url, events, description, secret, headers, is_registered, is_enabled, created_at)
            select @Id, @OwnerId, @Url, @Events, @Description, @Secret, @Headers, @IsRegistered, @IsEnabled, @CreatedAt
            where (select count(*) from endpoints where owner_id = @OwnerId) < @limit
            """,
            new
            {
                endpoint.Id,
                endpoint.OwnerId,
                endpoint.Url,
                endpoint.Events,
                endpoint.Description,
                endpoint.Secret,
                endpoint.Headers,
                endpoint.IsRegistered,
                endpoint.IsEnabled,
                endpoint.CreatedAt,
                limit,
            });
        await transaction.CommitAsync(cancellationToken);
        return added == 1;
    }

    /// <summary>Enables the owner's registered endpoint of this URL again; false when there is none.</summary>
    public async Task<bool> EnableRegisteredAsync(Guid ownerId, string url, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            "update endpoints set is_enabled = true, disabled_reason = null where owner_id = @ownerId and url = @url and is_registered",
            new { ownerId, url },
            cancellationToken) > 0;

    public async Task<bool> RemoveRegisteredAsync(Guid ownerId, string url, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            "delete from endpoints where owner_id = @ownerId and url = @url and is_registered", new { ownerId, url }, cancellationToken) > 0;

    public async Task<bool> RemoveAsync(Guid ownerId, Guid id, CancellationToken cancellationToken) =>
        await ExecuteAsync("delete from endpoints where owner_id = @ownerId and id = @id", new { ownerId, id }, cancellationToken) > 0;

    public async Task<IReadOnlyList<WebhookEndpoint>> ListAsync(Guid ownerId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<WebhookEndpoint>(new CommandDefinition(
            """
            select id, owner_id, url, events, description, secret, headers, is_registered, is_enabled, disabled_reason, created_at
            from endpoints where owner_id = @ownerId order by created_at, id
            """,
            new { ownerId },
            cancellationToken: cancellationToken))).AsList();
    }

    public async Task<IReadOnlyList<string>> ListRegisteredAsync(Guid ownerId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            "select url from endpoints where owner_id = @ownerId and is_registered order by created_at, id",
            new { ownerId },
            cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Disables endpoints that are enabled, and returns those with their owners. Part of the transaction that saves the answers.</summary>
    public static async Task<IReadOnlyList<(Guid Id, Guid OwnerId)>> DisableAsync(NpgsqlConnection connection, Guid[] ids, string reason) =>
        (await connection.QueryAsync<(Guid, Guid)>(
            "update endpoints set is_enabled = false, disabled_reason = @reason where id = any(@ids) and is_enabled returning id, owner_id",
            new { ids, reason })).AsList();

    private async Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }
}
