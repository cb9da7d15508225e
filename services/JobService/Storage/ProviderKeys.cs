using Dapper;
using Npgsql;

namespace MjAspire.JobService.Storage;

/// <summary>The table <c>provider_keys</c>: keys that were set while the system ran, sealed.</summary>
internal sealed class ProviderKeys(NpgsqlDataSource database)
{
    public async Task<IReadOnlyList<ProviderKeyRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ProviderKeyRow>("select account, sealed, set_by, set_at from provider_keys")).AsList();
    }

    public async Task SetAsync(ProviderKeyRow row, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into provider_keys (account, sealed, set_by, set_at) values (@Account, @Sealed, @SetBy, @SetAt)
            on conflict (account) do update set sealed = excluded.sealed, set_by = excluded.set_by, set_at = excluded.set_at
            """,
            row);
    }

    public async Task RemoveAsync(string account, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync("delete from provider_keys where account = @account", new { account });
    }
}

/// <summary>A row of <c>provider_keys</c>. What is sealed can be opened by <see cref="ServiceDefaults.Seal"/> only.</summary>
internal sealed record ProviderKeyRow(string Account, string Sealed, Guid SetBy, DateTimeOffset SetAt);
