using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>An endpoint that asked for some kind of event, as far as planning must know it.</summary>
internal sealed record WantingEndpoint
{
    /// <summary>The owner, or the job, that was asked about.</summary>
    public required Guid AskedFor { get; init; }

    public required Guid OwnerId { get; init; }
    public required Guid Id { get; init; }
    public required int Version { get; init; }
    public required bool IsEnabled { get; init; }
    public required string[] Events { get; init; }
}

/// <summary>SQL of <c>endpoints</c>, as their owners use it. Everything an owner asks for is asked with the owner's id.</summary>
internal sealed class EndpointTable(NpgsqlDataSource database)
{
    internal const string Columns =
        """
        id, owner_id, url, events, description, secret, previous_secret, previous_secret_until, headers, rate_limit, version,
        is_registered, is_enabled, disabled_reason, failing_since, failed_attempts, created_at
        """;

    /// <summary>False, and nothing is added, when the owner has <paramref name="limit"/> endpoints already.</summary>
    public async Task<bool> AddAsync(WebhookEndpoint endpoint, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // One owner's additions queue up here, so that two at once cannot both be the last one allowed.
        await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@OwnerId::text, 0))", endpoint);
        var added = await connection.ExecuteAsync(
            $"""
            insert into endpoints ({Columns})
            select @Id, @OwnerId, @Url, @Events, @Description, @Secret, null, null, @Headers, @RateLimit, 1,
                   @IsRegistered, @IsEnabled, @DisabledReason, null, 0, @CreatedAt
            where (select count(*) from endpoints where owner_id = @OwnerId and deleted_at is null) < {limit}
            """,
            endpoint);
        await transaction.CommitAsync(cancellationToken);
        return added == 1;
    }

    /// <summary>Saves what an owner may change. False when it was changed or deleted since it was read.</summary>
    public async Task<bool> UpdateAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            """
            update endpoints
            set url = @Url, events = @Events, description = @Description, headers = @Headers, rate_limit = @RateLimit, is_enabled = @IsEnabled,
                disabled_reason = @DisabledReason, failing_since = @FailingSince, failed_attempts = @FailedAttempts, version = version + 1
            where id = @Id and owner_id = @OwnerId and version = @Version and deleted_at is null
            """,
            endpoint,
            cancellationToken) == 1;

    /// <summary>The present secret becomes the previous one. False when there is no such endpoint.</summary>
    public async Task<bool> RotateAsync(Guid ownerId, Guid id, string secret, DateTimeOffset previousUntil, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            """
            update endpoints
            set previous_secret = secret, previous_secret_until = @previousUntil, secret = @secret, version = version + 1
            where id = @id and owner_id = @ownerId and deleted_at is null
            """,
            new { ownerId, id, secret, previousUntil },
            cancellationToken) == 1;

    /// <summary>Enables the owner's registered endpoint of this URL again; false when there is none.</summary>
    public async Task<bool> EnableRegisteredAsync(Guid ownerId, string url, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            """
            update endpoints
            set version = version + case when is_enabled then 0 else 1 end, is_enabled = true, disabled_reason = null,
                failing_since = case when is_enabled then failing_since end, failed_attempts = case when is_enabled then failed_attempts else 0 end
            where owner_id = @ownerId and url = @url and is_registered and deleted_at is null
            """,
            new { ownerId, url },
            cancellationToken) > 0;

    public Task<bool> RemoveRegisteredAsync(Guid ownerId, string url, DateTimeOffset now, CancellationToken cancellationToken) =>
        RemoveAsync("url = @url and is_registered", new { ownerId, url, now }, cancellationToken);

    public Task<bool> RemoveAsync(Guid ownerId, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        RemoveAsync("id = @id", new { ownerId, id, now }, cancellationToken);

    public async Task<WebhookEndpoint?> FindAsync(Guid ownerId, Guid id, CancellationToken cancellationToken) =>
        (await QueryAsync<WebhookEndpoint>(
            $"select {Columns} from endpoints where id = @id and owner_id = @ownerId and deleted_at is null", new { ownerId, id }, cancellationToken))
        .SingleOrDefault();

    public Task<List<WebhookEndpoint>> ListAsync(Guid ownerId, CancellationToken cancellationToken) =>
        QueryAsync<WebhookEndpoint>(
            $"select {Columns} from endpoints where owner_id = @ownerId and deleted_at is null order by created_at, id",
            new { ownerId },
            cancellationToken);

    public Task<List<string>> ListRegisteredAsync(Guid ownerId, CancellationToken cancellationToken) =>
        QueryAsync<string>(
            "select url from endpoints where owner_id = @ownerId and is_registered and deleted_at is null order by created_at, id",
            new { ownerId },
            cancellationToken);

    /// <summary>For sending, whoever owns them.</summary>
    public Task<List<WebhookEndpoint>> GetAsync(Guid[] ids, CancellationToken cancellationToken) =>
        QueryAsync<WebhookEndpoint>($"select {Columns} from endpoints where id = any(@ids)", new { ids }, cancellationToken);

    /// <summary>Every endpoint of these owners, and of these jobs' owners as far as they are remembered, that asked for one of the patterns.</summary>
    public Task<List<WantingEndpoint>> FindWantingAsync(Guid[] owners, Guid[] jobs, string[] patterns, CancellationToken cancellationToken) =>
        QueryAsync<WantingEndpoint>(
            """
            select asked_for, endpoints.owner_id, id, version, is_enabled, events
            from (
                select owner_id as asked_for, owner_id from unnest(@owners) as owner (owner_id)
                union all
                select job_id, owner_id from job_owners where job_id = any(@jobs)
            ) asked
            join endpoints on endpoints.owner_id = asked.owner_id
            where events && @patterns
            """,
            new { owners, jobs, patterns },
            cancellationToken);

    /// <summary>Nothing of what it said stays, except its deliveries for a little while, which nobody can see any more.</summary>
    private async Task<bool> RemoveAsync(string which, object parameters, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            $"""
            update endpoints
            set deleted_at = @now, is_enabled = false, url = '', events = array[]::text[], description = '', secret = '', previous_secret = null,
                headers = '', version = version + 1
            where owner_id = @ownerId and deleted_at is null and {which}
            """,
            parameters,
            cancellationToken) > 0;

    private async Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    private async Task<List<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }
}
