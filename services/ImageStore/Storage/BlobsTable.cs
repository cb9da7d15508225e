using Dapper;
using MjAspire.ImageStore.Blobs;
using Npgsql;

namespace MjAspire.ImageStore.Storage;

/// <summary>All SQL on <c>blobs</c>. The rules are in the schema.</summary>
internal sealed class BlobsTable(NpgsqlDataSource database, TimeProvider time)
{
    private const string IsReferredTo = """
        (exists (select from images where images.sha256 = blobs.sha256) or exists (select from variants where variants.sha256 = blobs.sha256))
        """;

    /// <summary>
    /// Someone is about to put this blob and to refer to it. Waits while the sweep is about to remove it, and not for the disk: what refers to it
    /// is committed after it and takes it along; and bytes whose row a crash of the server took are strays, which the sweep finds.
    /// </summary>
    public async Task TouchAsync(ContentHash hash, long bytes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into blobs (sha256, bytes, touched_at)
            select @sha256, @bytes, @now from set_config('synchronous_commit', 'off', true)
            on conflict (sha256) do update set touched_at = excluded.touched_at
            """,
            new { sha256 = hash.ToString(), bytes, now = time.GetUtcNow() }, cancellationToken: cancellationToken));
    }

    /// <summary>Gives blobs that were found without a row one, so that they count as touched now. How many there were.</summary>
    public async Task<int> AdoptAsync(IReadOnlyList<BlobEntry> found, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into blobs (sha256, bytes, touched_at)
            select found.sha256, found.bytes, @now from unnest(@hashes, @sizes) as found (sha256, bytes) order by 1
            on conflict (sha256) do nothing
            """,
            new
            {
                hashes = found.Select(entry => entry.Hash.ToString()).ToArray(),
                sizes = found.Select(entry => entry.Bytes).ToArray(),
                now = time.GetUtcNow(),
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>A page of all blobs, by hash, from after the last one: is it referred to, when was it touched.</summary>
    public async Task<IReadOnlyList<BlobRow>> PageAsync(string after, int count, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<BlobRow>(new CommandDefinition(
            $"select sha256, bytes, touched_at, {IsReferredTo} as is_referred_to from blobs where sha256 > @after order by sha256 limit @count",
            new { after, count }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>
    /// Removes a blob, bytes and row, unless someone touched it since <paramref name="before"/> or refers to it. The row is locked throughout:
    /// who wants to refer to it waits, and then finds no row. A second statement looks for referrers, to see those that came while it waited.
    /// </summary>
    public async Task<bool> TryRemoveAsync(
        ContentHash hash, DateTimeOffset before, Func<Task> removeBytes, CancellationToken cancellationToken)
    {
        var blob = new { sha256 = hash.ToString(), before };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var isOld = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select true from blobs where sha256 = @sha256 and touched_at < @before for update skip locked",
            blob, transaction, cancellationToken: cancellationToken));
        if (!isOld || await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                $"select {IsReferredTo} from blobs where sha256 = @sha256", blob, transaction, cancellationToken: cancellationToken)))
            return false;

        await removeBytes();
        await connection.ExecuteAsync(new CommandDefinition(
            "delete from blobs where sha256 = @sha256", blob, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}

/// <summary>A row of <c>blobs</c>, and whether a picture or a variant refers to it.</summary>
internal sealed record BlobRow
{
    public required string Sha256 { get; init; }
    public required long Bytes { get; init; }
    public required DateTimeOffset TouchedAt { get; init; }
    public required bool IsReferredTo { get; init; }
}
