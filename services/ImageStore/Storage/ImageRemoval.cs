using Dapper;
using Npgsql;

namespace MjAspire.ImageStore.Storage;

/// <summary>
/// All SQL that takes pictures away. A file goes with its parts, and its variants by the schema. What it leaves without anyone who refers to
/// it stays for the sweep's grace, so that a copy of the database that is being taken still finds its bytes.
/// </summary>
internal sealed class ImageRemoval(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>A picture of the owner's, with its parts if it is a file. False when there is none.</summary>
    public async Task<bool> RemoveAsync(Guid imageId, Guid ownerId, CancellationToken cancellationToken) =>
        await RemoveAsync(
            """
            select part.image_id from images as image join images as part
                on part.job_id = image.job_id and part.source_index = image.source_index
                and (image.part_index = 0 or part.image_id = image.image_id)
            where image.image_id = @imageId and image.owner_id = @ownerId
            """,
            new { imageId, ownerId, now = time.GetUtcNow() }, cancellationToken) > 0;

    /// <summary>A batch of files stored before, oldest first. How many pictures that were.</summary>
    public Task<int> RemoveOlderAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken) => RemoveAsync(
        """
        select image_id from images where (job_id, source_index) in (
            select job_id, source_index from images where part_index = 0 and stored_at < @before order by stored_at limit @batch)
        """,
        new { before, batch, now = time.GetUtcNow() }, cancellationToken);

    /// <summary>Owners who have more than they may.</summary>
    public async Task<IReadOnlyList<Guid>> OwnersBeyondAsync(long maxFiles, long maxBytes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<Guid>(new CommandDefinition(
            """
            select owner_id from images group by owner_id
            having count(*) filter (where part_index = 0) > @maxFiles
                or sum(bytes) > @maxBytes and count(*) filter (where part_index = 0) > 1
            """,
            new { maxFiles, maxBytes }, commandTimeout: 300, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>A batch of an owner's files beyond what they may have, oldest first; the newest always stays. How many pictures that were.</summary>
    public Task<int> RemoveBeyondAsync(Guid ownerId, long maxFiles, long maxBytes, int batch, CancellationToken cancellationToken) => RemoveAsync(
        """
        select image_id from images where (job_id, source_index) in (
            select job_id, source_index from (
                select job_id, source_index, stored_at, row_number() over newest as place, sum(bytes) over newest as total
                from (
                    select job_id, source_index, min(stored_at) as stored_at, sum(bytes) as bytes
                    from images where owner_id = @ownerId group by job_id, source_index) as files
                window newest as (order by stored_at desc, job_id desc, source_index desc rows unbounded preceding)) as ranked
            where place > 1 and (place > @maxFiles or total > @maxBytes)
            order by place desc limit @batch)
        """,
        new { ownerId, maxFiles, maxBytes, batch, now = time.GetUtcNow() }, cancellationToken);

    private async Task<int> RemoveAsync(string which, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            $"""
            with gone as (delete from images where image_id in ({which}) returning sha256),
            let_go as (select sha256 from blobs where sha256 in (select sha256 from gone) order by sha256 for no key update),
            touched as (update blobs set touched_at = @now from let_go where blobs.sha256 = let_go.sha256)
            select count(*) from gone
            """,
            parameters, commandTimeout: 60, cancellationToken: cancellationToken));
    }
}
