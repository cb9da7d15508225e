using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.DeliveryWorker.Endpoints;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Replaying;

/// <summary>What became of deliveries, and once more.</summary>
internal static class DeliveryRoutes
{
    private const int LargestPage = 100;
    private const int ReplayBatch = 500;
    private const int MostReplayed = 50_000;

    public static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/endpoints/{id:guid}/deliveries", List);
        routes.MapPost("/endpoints/{id:guid}/replay", ReplayFailed);
        routes.MapGet("/deliveries/{id:guid}", Get);
        routes.MapPost("/deliveries/{id:guid}/replay", Replay);
    }

    private static async Task<Results<Ok<DeliveryPage>, ProblemHttpResult>> List(
        Guid id,
        string? status,
        string? event_type,
        DateTimeOffset? since,
        Guid? cursor,
        int? limit,
        Caller caller,
        EndpointTable endpoints,
        DeliveryHistory history,
        CancellationToken cancellationToken)
    {
        if (status is not (null or "pending" or "delivered" or "dead" or "held"))
            return Problems.Of(400, "E_INVALID_FILTER", "The status is one of pending, delivered, dead, held.");
        if (limit is < 1 or > LargestPage)
            return Problems.Of(400, "E_INVALID_FILTER", $"The limit is 1 to {LargestPage}.");
        if (await endpoints.FindAsync(caller.OwnerId, id, cancellationToken) is null)
            return EndpointRoutes.NotFound();

        var size = limit ?? 50;
        var filter = new DeliveryFilter(status, event_type, since is { } from ? Moment.First(from) : null, cursor, size + 1);
        var rows = await history.ListAsync(id, filter, cancellationToken);
        var page = rows.Take(size).Select(DeliveryView.Of).ToArray();
        return TypedResults.Ok(new DeliveryPage(page, rows.Count > size ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<DetailedDelivery>, ProblemHttpResult>> Get(
        Guid id, Caller caller, DeliveryHistory history, CancellationToken cancellationToken) =>
        await history.FindAsync(caller.OwnerId, id, cancellationToken) is { } found
            ? TypedResults.Ok(new DetailedDelivery(DeliveryView.Of(found.Delivery), found.Attempts.ConvertAll(AttemptView.Of)))
            : NotFound();

    private static async Task<Results<Accepted<ReplayAnswer>, ProblemHttpResult>> Replay(
        Guid id,
        Caller caller,
        DeliveryHistory history,
        WorkSignal work,
        DeliveryMetrics metrics,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        switch (await history.ReplayAsync(caller.OwnerId, id, time.GetUtcNow(), cancellationToken))
        {
            case Replayed.UnknownDelivery:
                return NotFound();
            case Replayed.EndpointDisabled:
                return Disabled();
            default:
                metrics.Replayed(1);
                work.Set();
                return TypedResults.Accepted($"/api/deliveries/{id}", new ReplayAnswer(1, More: false));
        }
    }

    /// <summary>What rests as a dead letter, and what was held while the endpoint was disabled.</summary>
    private static async Task<Results<Accepted<ReplayAnswer>, ProblemHttpResult>> ReplayFailed(
        Guid id,
        DateTimeOffset? since,
        Caller caller,
        EndpointTable endpoints,
        DeliveryHistory history,
        WorkSignal work,
        DeliveryMetrics metrics,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (since is not { } from)
            return Problems.Of(400, "E_INVALID_FILTER", "since must say from when on to replay, in ISO 8601.");
        if (await endpoints.FindAsync(caller.OwnerId, id, cancellationToken) is not { } endpoint)
            return EndpointRoutes.NotFound();
        if (!endpoint.IsEnabled)
            return Disabled();

        var (replayed, last) = (0, ReplayBatch);
        while (last == ReplayBatch && replayed < MostReplayed)
        {
            last = await history.ReplayFailedAsync(id, Moment.First(from), ReplayBatch, time.GetUtcNow(), cancellationToken);
            replayed += last;
            work.Set();
        }
        metrics.Replayed(replayed);
        return TypedResults.Accepted($"/api/endpoints/{id}/deliveries", new ReplayAnswer(replayed, More: last == ReplayBatch));
    }

    private static ProblemHttpResult NotFound() => Problems.Of(404, "E_DELIVERY_NOT_FOUND", "There is no such delivery.");

    private static ProblemHttpResult Disabled() => Problems.Of(409, "E_ENDPOINT_DISABLED", "The endpoint is disabled; enable it first.");
}
