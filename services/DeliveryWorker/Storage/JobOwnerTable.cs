using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>SQL of <c>job_owners</c>.</summary>
internal sealed class JobOwnerTable(NpgsqlDataSource database)
{
    public async Task RememberAsync(Guid jobId, Guid ownerId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into job_owners (job_id, owner_id, seen_at) values (@jobId, @ownerId, @now) on conflict (job_id) do nothing",
            new { jobId, ownerId, now },
            cancellationToken: cancellationToken));
    }

    public async Task<Guid?> FindAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Guid?>(new CommandDefinition(
            "select owner_id from job_owners where job_id = @jobId", new { jobId }, cancellationToken: cancellationToken));
    }
}
