using System.Text.Json;
using Dapper;
using MjAspire.McpGateway.Upstream;
using Npgsql;

namespace MjAspire.McpGateway.Configuring;

/// <param name="Revision">Counts the changes.</param>
/// <param name="UpdatedBy">The name of the key.</param>
internal sealed record StoredSettings(long Revision, Settings Settings, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>Tables <c>runtime_settings</c> and <c>preferences</c>.</summary>
internal sealed class SettingsTable(NpgsqlDataSource database)
{
    public async Task<StoredSettings?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            "select revision, settings::text as settings, updated_at, updated_by from runtime_settings", cancellationToken: cancellationToken));
        return row is null ? null : new(row.Revision, JsonSerializer.Deserialize<Settings>(row.Settings, Calls.Wire)!, row.UpdatedAt, row.UpdatedBy);
    }

    /// <summary>Replaces them.</summary>
    /// <param name="expected">The revision the caller has seen; null when it does not care.</param>
    /// <returns>The new revision; null when another one was expected.</returns>
    public async Task<long?> WriteAsync(Settings settings, long? expected, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            """
            insert into runtime_settings as stored (revision, settings, updated_at, updated_by)
            select 1, @json::jsonb, @now, @by where @expected::bigint is null or @expected = 0 or exists (select from runtime_settings)
            on conflict (only_one) do update set
                revision = stored.revision + 1, settings = excluded.settings, updated_at = excluded.updated_at, updated_by = excluded.updated_by
            where @expected::bigint is null or stored.revision = @expected
            returning revision
            """,
            new { json = JsonSerializer.Serialize(settings, Calls.Wire), now, by, expected }, cancellationToken: cancellationToken));
    }

    public async Task<string?> VersionOfAsync(Guid owner, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "select version from preferences where owner_id = @owner", new { owner }, cancellationToken: cancellationToken));
    }

    public async Task ChooseVersionAsync(Guid owner, string version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into preferences (owner_id, version, updated_at) values (@owner, @version, @now)
            on conflict (owner_id) do update set version = excluded.version, updated_at = excluded.updated_at
            """,
            new { owner, version, now }, cancellationToken: cancellationToken));
    }

    private sealed record Row
    {
        public required long Revision { get; init; }
        public required string Settings { get; init; }
        public required DateTimeOffset UpdatedAt { get; init; }
        public required string UpdatedBy { get; init; }
    }
}
