using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>SQL of the one row of <c>endpoints</c> that belongs to no owner: where providers' callbacks are forwarded to.</summary>
internal sealed class ForwardingTable(NpgsqlDataSource database)
{
    public static readonly Guid EndpointId = new("f0a4d000-0000-8000-8000-000000000001");

    /// <summary>Nobody, who asked for the callbacks.</summary>
    public static readonly Guid OwnerId = Guid.Empty;

    /// <summary>Adds or changes it; the same settings again, from another replica or a restart, change nothing.</summary>
    /// <param name="isSecretKnown">False: the secret was made up, and is only taken when there is none yet.</param>
    public async Task TurnOnAsync(WebhookEndpoint endpoint, bool isSecretKnown, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            insert into endpoints ({EndpointTable.Columns})
            values (@Id, @OwnerId, @Url, @Events, @Description, @Secret, null, null, @Headers, null, 1, false, true, null, null, 0, @CreatedAt)
            on conflict (id) do update
            set url = @Url, events = @Events, secret = case when {isSecretKnown} then @Secret else endpoints.secret end, version = endpoints.version + 1,
                is_enabled = endpoints.is_enabled or endpoints.url <> @Url or endpoints.disabled_reason = 'unconfigured',
                disabled_reason = case when endpoints.url = @Url and endpoints.disabled_reason <> 'unconfigured' then endpoints.disabled_reason end
            """,
            endpoint,
            cancellationToken: cancellationToken));
    }

    public async Task TurnOffAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update endpoints set is_enabled = false, disabled_reason = 'unconfigured', version = version + 1
            where id = @EndpointId and (is_enabled or disabled_reason <> 'unconfigured')
            """,
            new { EndpointId },
            cancellationToken: cancellationToken));
    }
}
