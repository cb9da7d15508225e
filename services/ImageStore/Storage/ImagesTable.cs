using Dapper;
using MjAspire.ImageStore.Blobs;
using Npgsql;

namespace MjAspire.ImageStore.Storage;

/// <summary>All SQL on <c>images</c>.</summary>
internal sealed class ImagesTable(NpgsqlDataSource database)
{
    private const string Columns = """
        image_id, job_id, source_index, part_index, owner_id, parent_image_id, operation, prompt, model,
        media_type, width, height, bytes, sha256, crop_x, crop_y, tags, stored_at
        """;

    public async Task<ImageRow?> FindAsync(Guid imageId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ImageRow>(new CommandDefinition(
            $"select {Columns} from images where image_id = @imageId", new { imageId }, cancellationToken: cancellationToken));
    }

    /// <summary>A job's pictures in the order of its sources, each file before its parts. All of them or none.</summary>
    public async Task<IReadOnlyList<ImageRow>> OfJobAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await OfJobAsync(connection, jobId, cancellationToken);
    }

    /// <summary>
    /// Records a job's pictures in one transaction and returns what the table then holds: these rows, or those of whoever was first.
    /// A second writer waits at the first row's key until the other has all of them in.
    /// </summary>
    public async Task<IReadOnlyList<ImageRow>> AddAsync(Guid jobId, IReadOnlyList<ImageRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"""
                insert into images ({Columns})
                values (@ImageId, @JobId, @SourceIndex, @PartIndex, @OwnerId, @ParentImageId, @Operation, @Prompt, @Model,
                        @MediaType, @Width, @Height, @Bytes, @Sha256, @CropX, @CropY, @Tags, @StoredAt)
                on conflict (job_id, source_index, part_index) do nothing
                """,
                rows, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }
        return await OfJobAsync(connection, jobId, cancellationToken);
    }

    /// <summary>
    /// Records the bytes made for a part, in place of <paramref name="part"/>'s (none, or lost ones), and returns the row as it is now:
    /// another replica may have been first, and its bytes stand.
    /// </summary>
    public async Task<ImageRow?> RecordBytesAsync(ImageRow part, ContentHash hash, long bytes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "update images set sha256 = @sha256, bytes = @bytes where image_id = @ImageId and sha256 is not distinct from @Before",
            new { part.ImageId, Before = part.Sha256, sha256 = hash.ToString(), bytes },
            cancellationToken: cancellationToken));
        return await connection.QuerySingleOrDefaultAsync<ImageRow>(new CommandDefinition(
            $"select {Columns} from images where image_id = @ImageId", new { part.ImageId }, cancellationToken: cancellationToken));
    }

    private static async Task<IReadOnlyList<ImageRow>> OfJobAsync(
        NpgsqlConnection connection, Guid jobId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<ImageRow>(new CommandDefinition(
            $"select {Columns} from images where job_id = @jobId order by source_index, part_index",
            new { jobId }, cancellationToken: cancellationToken))).AsList();
}
