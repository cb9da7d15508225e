using Microsoft.Extensions.Options;
using MjAspire.Contracts.Webhooks;
using MjAspire.ServiceDefaults.Limiting;
using MjAspire.WebhookIngress.Admitting;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>Queues a callback within the limits once, if that can be told, and at least once in any case.</summary>
internal sealed class Receiver(Gate gate, Duplicates duplicates, CallbackQueue queue, IOptions<WebhookOptions> options, TimeProvider time)
{
    private const string UnknownContentType = "application/octet-stream";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(25);

    /// <param name="fault">Set when nobody could read the body: it goes to the parking place.</param>
    public async Task<Verdict> ReceiveAsync(Arrival arrival, string? fault)
    {
        var id = arrival.CallbackId!.Value;
        var (claim, after) = await ClaimAsync(id, gate.LimitsOf(arrival.Provider, arrival.Address));
        if (claim == Claim.Limited)
            return Verdict.Limited(after);
        if (claim == Claim.Done)
            return new(Outcome.Duplicate);

        if (!(fault is null ? await queue.TryPublishAsync(Received(arrival), id) : await queue.TryPublishAsync(Parked(arrival, fault), id)))
        {
            duplicates.Release(id);
            return new(Outcome.Unavailable, "it could not be queued", options.Value.RetryAfter);
        }
        duplicates.Complete(id);
        return fault is null ? new(Outcome.Queued) : new(Outcome.Parked, fault);
    }

    private static ProviderCallbackReceived Received(Arrival arrival) => new()
    {
        CallbackId = arrival.CallbackId!.Value,
        Provider = arrival.Provider.Name,
        JobId = arrival.JobId,
        ReceivedAt = arrival.ReceivedAt,
        ContentType = arrival.ContentType ?? UnknownContentType,
        Body = arrival.Body!,
    };

    private static CallbackParked Parked(Arrival arrival, string fault) => new()
    {
        Id = arrival.Id,
        CallbackId = arrival.CallbackId!.Value,
        Provider = arrival.Provider.Name,
        JobId = arrival.JobId,
        ReceivedAt = arrival.ReceivedAt,
        ContentType = arrival.ContentType ?? UnknownContentType,
        Body = arrival.Body!,
        Reason = fault,
        Address = arrival.Address.ToString(),
    };

    /// <summary>
    /// Its twin may be on its way at this moment. It cannot be called a duplicate yet, for its twin may fail;
    /// so it waits for what becomes of it, and if that takes too long goes itself: twice is better than never.
    /// </summary>
    private async Task<(Claim Claim, TimeSpan After)> ClaimAsync(Guid callbackId, Bucket[] limits)
    {
        var began = time.GetTimestamp();
        var claim = await duplicates.ClaimAsync(callbackId, limits);
        while (claim.Claim == Claim.Pending && time.GetElapsedTime(began) <= options.Value.PublishTimeout)
        {
            await Task.Delay(LookAgain, time);
            claim = await duplicates.ClaimAsync(callbackId);
        }
        return claim;
    }
}
