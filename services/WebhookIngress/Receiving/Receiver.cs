using Microsoft.Extensions.Options;
using MjAspire.Contracts.Webhooks;

namespace MjAspire.WebhookIngress.Receiving;

internal enum Outcome
{
    /// <summary>The broker has it.</summary>
    Queued,

    /// <summary>The broker has it from before.</summary>
    Duplicate,

    /// <summary>The broker does not have it; the caller must come again.</summary>
    Unavailable,
}

/// <summary>Queues a callback once, if that can be told, and at least once in any case.</summary>
internal sealed class Receiver(Duplicates duplicates, CallbackQueue queue, IOptions<WebhookOptions> options, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(25);

    public async Task<Outcome> ReceiveAsync(ProviderCallbackReceived callback)
    {
        if (await ClaimAsync(callback.CallbackId) == Claim.Done)
            return Outcome.Duplicate;

        if (!await queue.TryPublishAsync(callback))
        {
            await duplicates.ReleaseAsync(callback.CallbackId);
            return Outcome.Unavailable;
        }
        await duplicates.CompleteAsync(callback.CallbackId);
        return Outcome.Queued;
    }

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
