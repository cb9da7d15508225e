using Dapper;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.JobService.Storage;

/// <summary>The table <c>submit_attempts</c>: what was about to be bought, written before it is.</summary>
internal sealed class SubmitAttempts(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Opens the next attempt within the transaction that takes the job to its provider.</summary>
    public static async Task<bool> OpenAsync(OutboxTransaction unit, Guid jobId, string provider, DateTimeOffset now) =>
        await unit.Connection.ExecuteAsync(
            """
            insert into submit_attempts (job_id, number, provider, started_at)
            select @jobId, coalesce(max(number), 0) + 1, @provider, @now from submit_attempts where job_id = @jobId
            """,
            new { jobId, provider, now }) == 1;

    /// <summary>Says what became of the open attempt; an attempt a crash left open stays so, as a record that nobody knows.</summary>
    public async Task CloseAsync(Guid jobId, string outcome, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            update submit_attempts set ended_at = @now, outcome = @outcome
            where job_id = @jobId and number = (select max(number) from submit_attempts where job_id = @jobId) and outcome is null
            """,
            new { jobId, outcome, now = time.GetUtcNow() });
    }
}
