using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Planning;
using MjAspire.DeliveryWorker.Pushing;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>What a test tells the endpoint.</summary>
internal sealed record TestData(Guid EndpointId, string Message);

/// <param name="Status">HTTP status, when there was an answer.</param>
/// <param name="Error">A word, when there was none.</param>
/// <param name="Response">The beginning of the answer's body.</param>
internal sealed record TestAnswer(Guid DeliveryId, bool Delivered, int? Status, string? Error, string Response);

/// <summary>
/// Sends <c>endpoint.test</c> to one endpoint, disabled or not, once, and answers what it answered.
/// <code>
/// POST /api/endpoints/{id}/test
///   {"delivery_id": "...", "delivered": true, "status": 200, "error": null, "response": "ok"}
/// </code>
/// </summary>
internal static class TestEndpoint
{
    public static async Task<Results<Ok<TestAnswer>, ProblemHttpResult>> Test(
        Guid id,
        Caller caller,
        EndpointTable endpoints,
        EventTable events,
        FirstAttempts firstAttempts,
        IOptions<DeliveryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(caller.OwnerId, id, cancellationToken) is not { } endpoint)
            return EndpointRoutes.NotFound();

        var now = time.GetUtcNow();
        var payload = EventJson.Write(EventTypes.EndpointTest, now, new TestData(id, "If you can read this, the endpoint works."));
        var happening = new WebhookEvent(Guid.CreateVersion7(now), caller.OwnerId, EventTypes.EndpointTest, payload, Activity.Current?.Id, now);
        var lease = new Lease(Guid.CreateVersion7(), now + options.Value.Lease);
        var planned = await events.AddAsync(
            newJobs: [], [new(Guid.CreateVersion7(now), happening, id, endpoint.Version, IsPending: true)], now, lease, cancellationToken);

        return await firstAttempts.MakeAsync(lease, planned) is [{ } answer]
            ? TypedResults.Ok(new TestAnswer(planned[0].Id, answer.IsSuccess, answer.Status, answer.Error, Encoding.UTF8.GetString(answer.Response)))
            : Problems.Of(503, "E_UNAVAILABLE", "The test could not be made. Try again.");
    }
}
