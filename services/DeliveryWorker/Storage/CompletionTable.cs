using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>One attempt and what the delivery becomes by it: <c>delivered</c>, <c>dead</c>, or <c>pending</c> until the next one.</summary>
/// <param name="LastStatus">HTTP status, when there was an answer.</param>
/// <param name="LastError">A stable word, when there was none: <c>timeout</c>, <c>connection</c>, <c>refused_address</c> ...</param>
/// <param name="Response">The first KB of the answer's body.</param>
internal sealed record CompletedAttempt(
    Guid DeliveryId,
    Guid LeaseId,
    int Number,
    string Status,
    DateTimeOffset NextAttemptAt,
    int? LastStatus,
    string? LastError,
    DateTimeOffset StartedAt,
    int DurationMs,
    byte[] Response);

/// <summary>SQL of <c>deliveries</c> and <c>attempts</c>: what came of a batch of attempts, in one statement.</summary>
internal static class CompletionTable
{
    /// <summary>
    /// Saves the results, logs the attempts, and forgets the failures of endpoints that have just succeeded. Returns the ids it was saved for:
    /// a result whose lease has passed to someone else is dropped, the other's will be saved. A delivery held meanwhile stays held rather than pending.
    /// </summary>
    public static async Task<IReadOnlySet<Guid>> CompleteAsync(
        NpgsqlConnection connection, IReadOnlyList<CompletedAttempt> completed, Guid[] succeeding, DateTimeOffset now) =>
        (await connection.QueryAsync<Guid>(
            """
            with result as (
                select * from unnest(@ids, @leases, @numbers, @statuses, @nexts, @lastStatuses, @lastErrors, @starts, @durations, @responses)
                    as result (id, lease_id, number, status, next_attempt_at, last_status, last_error, started_at, duration_ms, response)
            ),
            saved as (
                update deliveries as delivery
                set status = case when delivery.status = 'held' and result.status = 'pending' then 'held' else result.status end,
                    is_retry = delivery.is_retry or result.status = 'pending', next_attempt_at = result.next_attempt_at,
                    last_status = result.last_status, last_error = result.last_error,
                    completed_at = case when result.status <> 'pending' then @now end, lease_id = null, lease_until = null
                from result
                where delivery.id = result.id and delivery.lease_id = result.lease_id
                returning result.*
            ),
            logged as (
                insert into attempts (delivery_id, number, started_at, duration_ms, status, error, response)
                select id, number, started_at, duration_ms, last_status, last_error, response from saved
                on conflict (delivery_id, number) do nothing
            ),
            healthy as (
                update endpoints set failing_since = null, failed_attempts = 0 where id = any(@succeeding) and failing_since is not null
            )
            select id from saved
            """,
            new
            {
                ids = Column(completed, row => row.DeliveryId),
                leases = Column(completed, row => row.LeaseId),
                numbers = Column(completed, row => row.Number),
                statuses = Column(completed, row => row.Status),
                nexts = Column(completed, row => row.NextAttemptAt.UtcDateTime),
                lastStatuses = Column(completed, row => row.LastStatus),
                lastErrors = Column(completed, row => row.LastError),
                starts = Column(completed, row => row.StartedAt.UtcDateTime),
                durations = Column(completed, row => row.DurationMs),
                responses = Column(completed, row => row.Response),
                succeeding,
                now,
            })).ToHashSet();

    private static T[] Column<T>(IReadOnlyList<CompletedAttempt> rows, Func<CompletedAttempt, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }
}
