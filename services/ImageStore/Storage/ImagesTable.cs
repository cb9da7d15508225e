using Dapper;
using MjAspire.ImageStore.Blobs;
using Npgsql;

namespace MjAspire.ImageStore.Storage;

/// <summary>All SQL on <c>images</c>.</summary>
internal sealed class ImagesTable(NpgsqlDataSource database)
{
    private const string Columns = """
        image_id, job_id, source_index, part_index, owner_id, parent_image_id, operation, prompt, model, seed,
        media_type, width, height, bytes, sha256, crop_x, crop_y, tags, description, stored_at
        """;

    public async Task<ImageRow?> FindAsync(Guid imageId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ImageRow>(new CommandDefinition(
            $"select {Columns} from images where image_id = @imageId", new { imageId }, cancellationToken: cancellationToken));
    }

    /// <summary>The picture, if it is this owner's. Someone else's is as unknown as one that never was.</summary>
    public async Task<ImageRow?> FindAsync(Guid imageId, Guid ownerId, CancellationToken cancellationToken) =>
        await FindAsync(imageId, cancellationToken) is { } image && image.OwnerId == ownerId ? image : null;

    /// <summary>The parts of these files, in order.</summary>
    public async Task<ILookup<Guid, ImageRow>> PartsOfAsync(IEnumerable<ImageRow> files, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parts = await connection.QueryAsync<ImageRow>(new CommandDefinition(
            $"""
            select {Columns} from images
            where (job_id, source_index) in (select * from unnest(@jobs, @sources)) and part_index > 0
            order by job_id, source_index, part_index
            """,
            new { jobs = files.Select(file => file.JobId).ToArray(), sources = files.Select(file => file.SourceIndex).ToArray() },
            cancellationToken: cancellationToken));
        return parts.ToLookup(part => part.ParentImageId!.Value);
    }

    /// <summary>An owner's files that match, newest first, at most <paramref name="count"/>. A file matches by its own words or its parts'.</summary>
    public async Task<IReadOnlyList<ImageRow>> SearchAsync(Guid ownerId, ImageFilter filter, int count, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ImageRow>(new CommandDefinition(
            $"""
            select {Columns} from images
            where owner_id = @ownerId and part_index = 0 {filter.Conditions}
            order by stored_at desc, image_id desc
            limit @count
            """,
            filter.Parameters(ownerId, count), cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>What people say of a picture. Null when it is not the owner's.</summary>
    public async Task<ImageRow?> DescribeAsync(
        Guid imageId, Guid ownerId, string[]? tags, bool changesDescription, string? description, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ImageRow>(new CommandDefinition(
            $"""
            update images set tags = coalesce(@tags, tags), description = case when @changesDescription then @description else description end
            where image_id = @imageId and owner_id = @ownerId
            returning {Columns}
            """,
            new { imageId, ownerId, tags, changesDescription, description }, cancellationToken: cancellationToken));
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
        await using (var batch = new NpgsqlBatch(connection)) // one round trip, and one transaction
        {
            foreach (var row in rows)
                batch.BatchCommands.Add(Insert(row));
            await batch.ExecuteNonQueryAsync(cancellationToken);
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
            "update images set sha256 = @sha256, bytes = @bytes where image_id = @ImageId and sha256 is not distinct from @Before::text",
            new { part.ImageId, Before = part.Sha256, sha256 = hash.ToString(), bytes },
            cancellationToken: cancellationToken));
        return await connection.QuerySingleOrDefaultAsync<ImageRow>(new CommandDefinition(
            $"select {Columns} from images where image_id = @ImageId", new { part.ImageId }, cancellationToken: cancellationToken));
    }

    private static NpgsqlBatchCommand Insert(ImageRow row) => new(
        $"""
        insert into images ({Columns})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        on conflict (job_id, source_index, part_index) do nothing
        """)
    {
        Parameters =
        {
            Value(row.ImageId), Value(row.JobId), Value(row.SourceIndex), Value(row.PartIndex), Value(row.OwnerId), Value(row.ParentImageId),
            Value(row.Operation), Value(row.Prompt), Value(row.Model), Value(row.Seed), Value(row.MediaType), Value(row.Width), Value(row.Height),
            Value(row.Bytes), Value(row.Sha256), Value(row.CropX), Value(row.CropY), Value(row.Tags), Value(row.Description), Value(row.StoredAt),
        },
    };

    private static NpgsqlParameter Value(object? value) => new() { Value = value ?? DBNull.Value };

    private static async Task<IReadOnlyList<ImageRow>> OfJobAsync(
        NpgsqlConnection connection, Guid jobId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<ImageRow>(new CommandDefinition(
            $"select {Columns} from images where job_id = @jobId order by source_index, part_index",
            new { jobId }, cancellationToken: cancellationToken))).AsList();
}
