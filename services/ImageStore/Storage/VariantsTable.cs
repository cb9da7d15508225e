using Dapper;
using MjAspire.ImageStore.Blobs;
using Npgsql;

namespace MjAspire.ImageStore.Storage;

/// <summary>All SQL on <c>variants</c>.</summary>
internal sealed class VariantsTable(NpgsqlDataSource database)
{
    /// <summary>The variant's bytes, if it was made.</summary>
    public async Task<ContentHash?> FindAsync(Guid imageId, int width, string format, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var sha256 = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "select sha256 from variants where image_id = @imageId and width = @width and format = @format",
            new { imageId, width, format }, cancellationToken: cancellationToken));
        return sha256 is null ? null : ContentHash.Parse(sha256);
    }

    /// <summary>Records what was made, in place of what was there. Nothing, when the picture is gone meanwhile.</summary>
    public async Task RecordAsync(
        Guid imageId, int width, string format, ContentHash hash, long bytes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into variants (image_id, width, format, sha256, bytes, made_at)
            select image_id, @width, @format, @sha256, @bytes, @now from images where image_id = @imageId for key share
            on conflict (image_id, width, format) do update set sha256 = excluded.sha256, bytes = excluded.bytes, made_at = excluded.made_at
            """,
            new { imageId, width, format, sha256 = hash.ToString(), bytes, now }, cancellationToken: cancellationToken));
    }

    /// <summary>Forgets a batch of those made before; their bytes go with the next sweep. How many there were.</summary>
    public async Task<int> ForgetAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from variants where (image_id, width, format) in (
                select image_id, width, format from variants where made_at < @before order by made_at limit @batch for update skip locked)
            """,
            new { before, batch }, cancellationToken: cancellationToken));
    }
}
