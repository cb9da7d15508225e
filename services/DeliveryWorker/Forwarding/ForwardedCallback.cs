using MjAspire.Contracts.Webhooks;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Forwarding;

/// <summary>What goes on to the destination: the very bytes a provider called with, no envelope, and the content type they came with.</summary>
internal static class ForwardedCallback
{
    public static WebhookEvent Of(ProviderCallbackReceived callback, string? traceParent) => new(
        callback.CallbackId, ForwardingTable.OwnerId, EventTypes.ProviderCallback, callback.Body, traceParent, callback.ReceivedAt, callback.ContentType);
}
