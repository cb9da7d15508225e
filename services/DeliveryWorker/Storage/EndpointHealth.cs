using Dapper;
using Npgsql;

namespace MjAspire.DeliveryWorker.Storage;

/// <summary>How an endpoint does, after a batch in which it failed and did not once succeed.</summary>
internal sealed record FailingEndpoint(Guid Id, Guid OwnerId, DateTimeOffset FailingSince, int FailedAttempts, bool IsEnabled);

/// <summary>SQL of <c>endpoints</c>, as their answers change them: failing since when, and disabling.</summary>
internal static class EndpointHealth
{
    /// <summary>Notes failures. In the order of the ids, so that two workers wait for each other rather than in a circle.</summary>
    public static async Task<IReadOnlyList<FailingEndpoint>> NoteFailuresAsync(
        NpgsqlConnection connection, IEnumerable<(Guid Endpoint, int Failures)> failures, DateTimeOffset now)
    {
        var ordered = failures.OrderBy(failure => failure.Endpoint).ToArray();
        return (await connection.QueryAsync<FailingEndpoint>(
            """
            with failure as (select * from unnest(@ids, @counts) as failure (id, count)),
            locked as (select endpoints.id from endpoints where endpoints.id = any(@ids) order by endpoints.id for no key update)
            update endpoints
            set failing_since = coalesce(failing_since, @now), failed_attempts = failed_attempts + failure.count
            from failure
            where endpoints.id = failure.id and endpoints.id in (select id from locked)
            returning endpoints.id, owner_id, failing_since, failed_attempts, is_enabled
            """,
            new { ids = ordered.Select(failure => failure.Endpoint).ToArray(), counts = ordered.Select(failure => failure.Failures).ToArray(), now }))
            .AsList();
    }

    /// <summary>Disables endpoints that are enabled, and returns those with their owners. Part of the transaction that saves the answers.</summary>
    public static async Task<IReadOnlyList<(Guid Id, Guid OwnerId)>> DisableAsync(NpgsqlConnection connection, Guid[] ids, string reason) =>
        (await connection.QueryAsync<(Guid, Guid)>(
            """
            update endpoints set is_enabled = false, disabled_reason = @reason, version = version + 1
            where id = any(@ids) and is_enabled
            returning id, owner_id
            """,
            new { ids, reason })).AsList();
}
