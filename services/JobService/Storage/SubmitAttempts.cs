using Dapper;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.JobService.Storage;

/// <summary>The table <c>submit_attempts</c>: what was about to be bought, written before it is.</summary>
internal sealed class SubmitAttempts(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// Opens the next attempt within the transaction that takes the job to its provider. It began when the job was moved, from where its grace
    /// is counted as well: by a clock of its own the next attempt would be made before this one's grace is over.
    /// </summary>
    public static async Task<bool> OpenAsync(OutboxTransaction unit, Job job) =>
        await unit.Connection.ExecuteAsync(
            """
            insert into submit_attempts (job_id, number, provider, started_at)
            select @Id, coalesce(max(number), 0) + 1, @Provider, @UpdatedAt from submit_attempts where job_id = @Id
            """,
            new { job.Id, job.Provider, job.UpdatedAt }) == 1;

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
