using Dapper;
using MjAspire.JobService.Batching;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.JobService.Storage;

/// <summary>The table <c>batches</c>, and the jobs in them.</summary>
internal sealed class BatchStore(NpgsqlDataSource database)
{
    /// <summary>Null when there is none, or it is another owner's.</summary>
    public async Task<Batch?> FindAsync(string id, Guid owner, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(id, out var batchId))
            return null;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Batch>(
            "select id, owner_id, jobs, created_at from batches where id = @batchId and owner_id = @owner", new { batchId, owner });
    }

    /// <summary>In the order they were asked for.</summary>
    public async Task<IReadOnlyList<Job>> JobsAsync(Batch batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<JobRow>(JobsSql, new { batch.Id });
        return [.. rows.Select(row => row.ToJob())];
    }

    internal const string JobsSql = $"select {JobRow.Columns} from jobs where batch_id = @Id order by batch_index";

    /// <summary>Inserts a new batch, or answers false when its owner has used the idempotency key before.</summary>
    public static async Task<bool> InsertAsync(OutboxTransaction unit, Batch batch, string? idempotencyKey, byte[] requestHash) =>
        await unit.Connection.ExecuteAsync(
            """
            insert into batches (id, owner_id, jobs, idempotency_key, request_hash, created_at)
            values (@Id, @OwnerId, @Jobs, @idempotencyKey, @requestHash, @CreatedAt)
            on conflict (owner_id, idempotency_key) where idempotency_key is not null do nothing
            """,
            new { batch.Id, batch.OwnerId, batch.Jobs, idempotencyKey, requestHash, batch.CreatedAt }) == 1;

    /// <summary>The batch that used the key, and the hash of the request that made it.</summary>
    public async Task<(Batch Batch, byte[] RequestHash)> FindByKeyAsync(Guid owner, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (id, hash) = await connection.QuerySingleAsync<(Guid, byte[])>(
            "select id, request_hash from batches where owner_id = @owner and idempotency_key = @key", new { owner, key });
        return ((await FindAsync(id.ToString(), owner, cancellationToken))!, hash);
    }
}
