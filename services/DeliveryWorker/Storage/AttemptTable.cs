using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>A row of <c>attempts</c>.</summary>
/// <param name="Status">HTTP status, when there was an answer.</param>
/// <param name="Error">A stable word, when there was none: <c>timeout</c>, <c>connection</c>, <c>refused_address</c> ...</param>
/// <param name="Response">The first KB of the answer's body.</param>
internal sealed record AttemptRow(
    Guid DeliveryId, int Number, DateTimeOffset StartedAt, int DurationMs, int? Status, string? Error, byte[] Response);

/// <summary>SQL of <c>attempts</c>: the log an owner can read to see what their endpoint answered.</summary>
internal static class AttemptTable
{
    /// <summary>Adds the attempts whose delivery still exists; an endpoint deleted meanwhile took its log along.</summary>
    public static Task AddAsync(NpgsqlConnection connection, IReadOnlyList<AttemptRow> attempts) =>
        connection.ExecuteAsync(
            """
            insert into attempts (delivery_id, number, started_at, duration_ms, status, error, response)
            select attempt.*
            from unnest(@ids, @numbers, @starts, @durations, @statuses, @errors, @responses)
                as attempt (delivery_id, number, started_at, duration_ms, status, error, response)
            where exists (select from deliveries where id = attempt.delivery_id)
            on conflict (delivery_id, number) do nothing
            """,
            new
            {
                ids = attempts.Select(row => row.DeliveryId).ToArray(),
                numbers = attempts.Select(row => row.Number).ToArray(),
                starts = attempts.Select(row => row.StartedAt).ToArray(),
                durations = attempts.Select(row => row.DurationMs).ToArray(),
                statuses = attempts.Select(row => row.Status).ToArray(),
                errors = attempts.Select(row => row.Error).ToArray(),
                responses = attempts.Select(row => row.Response).ToArray(),
            });
}
