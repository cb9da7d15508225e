using Dapper;
using MjAspire.ImageStore.Blobs;
using Npgsql;
using NpgsqlTypes;

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
    /// Records a job's pictures in one statement and returns what the table then holds: these rows, or those of whoever was first.
    /// A second writer waits at the first row's key until the other has all of them in.
    /// </summary>
    public async Task<IReadOnlyList<ImageRow>> AddAsync(Guid jobId, IReadOnlyList<ImageRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var insert = Insert(connection, rows);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == rows.Count ? rows : await OfJobAsync(connection, jobId, cancellationToken);
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

    /// <summary>What is the same for a whole job comes once; constraints, defaults and plan are made ready once for all rows.</summary>
    private static NpgsqlCommand Insert(NpgsqlConnection connection, IReadOnlyList<ImageRow> rows)
    {
        var job = rows[0];
        return new(
            """
            insert into images (
                image_id, source_index, part_index, parent_image_id, media_type, width, height, bytes, sha256, crop_x, crop_y,
                job_id, owner_id, operation, prompt, model, seed, stored_at)
            select picture.*, $12, $13, $14, $15, $16, $17, $18 from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as picture
            on conflict (job_id, source_index, part_index) do nothing
            """,
            connection)
        {
            Parameters =
            {
                Each(row => row.ImageId), Each(row => row.SourceIndex), Each(row => row.PartIndex), Each(row => row.ParentImageId), Each(row => row.MediaType),
                Each(row => row.Width), Each(row => row.Height), Each(row => row.Bytes), Each(row => row.Sha256), Each(row => row.CropX), Each(row => row.CropY),
                One(job.JobId, NpgsqlDbType.Uuid), One(job.OwnerId, NpgsqlDbType.Uuid), One(job.Operation, NpgsqlDbType.Text), One(job.Prompt, NpgsqlDbType.Text),
                One(job.Model, NpgsqlDbType.Text), One(job.Seed, NpgsqlDbType.Bigint), One(job.StoredAt, NpgsqlDbType.TimestampTz),
            },
        };

        NpgsqlParameter Each<T>(Func<ImageRow, T> column) => new NpgsqlParameter<T[]> { TypedValue = [.. rows.Select(column)] };

        static NpgsqlParameter One(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
    }

    private static async Task<IReadOnlyList<ImageRow>> OfJobAsync(
        NpgsqlConnection connection, Guid jobId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<ImageRow>(new CommandDefinition(
            $"select {Columns} from images where job_id = @jobId order by source_index, part_index",
            new { jobId }, cancellationToken: cancellationToken))).AsList();
}
