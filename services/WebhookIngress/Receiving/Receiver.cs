using Microsoft.Extensions.Options;
using MjAspire.Contracts.Webhooks;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>Queues a callback once, if that can be told, and at least once in any case.</summary>
internal sealed class Receiver(Duplicates duplicates, CallbackQueue queue, IOptions<WebhookOptions> options, TimeProvider time)
{
    private const string UnknownContentType = "application/octet-stream";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(25);

    /// <param name="fault">Set when nobody could read the body: it goes to the parking place.</param>
    public async Task<Verdict> ReceiveAsync(Arrival arrival, string? fault)
    {
        var id = arrival.CallbackId!.Value;
        if (await ClaimAsync(id) == Claim.Done)
            return new(Outcome.Duplicate);

        if (!(fault is null ? await queue.TryPublishAsync(Received(arrival), id) : await queue.TryPublishAsync(Parked(arrival, fault), id)))
        {
            await duplicates.ReleaseAsync(id);
            return new(Outcome.Unavailable, "it could not be queued", options.Value.RetryAfter);
        }
        await duplicates.CompleteAsync(id);
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
    private async Task<Claim> ClaimAsync(Guid callbackId)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var claim = await duplicates.ClaimAsync(callbackId);
            if (claim != Claim.Pending || time.GetElapsedTime(began) > options.Value.PublishTimeout)
                return claim;
            await Task.Delay(LookAgain, time);
        }
    }
}
