using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>
/// A new secret. For a day deliveries carry a signature by each, so that a receiver can change over whenever it likes; a further rotation
/// within the day ends the oldest secret at once.
/// </summary>
internal static class RotateSecret
{
    public static async Task<Results<Ok<RotatedSecret>, ProblemHttpResult>> Rotate(
        Guid id,
        NewSecret? request,
        Caller caller,
        EndpointTable endpoints,
        Seal seal,
        IOptions<DeliveryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (EndpointRules.CheckSecret(request?.Secret) is { } rejection)
            return Problems.Of(400, rejection.Code, rejection.Detail);

        var secret = (WebhookSecret.TryParse(request?.Secret ?? "", out var given) ? given : WebhookSecret.Generate()).ToString();
        var until = time.GetUtcNow() + options.Value.SecretOverlap;
        return await endpoints.RotateAsync(caller.OwnerId, id, seal.Close(secret), until, cancellationToken)
            ? TypedResults.Ok(new RotatedSecret(id, secret, until))
            : EndpointRoutes.NotFound();
    }
}
