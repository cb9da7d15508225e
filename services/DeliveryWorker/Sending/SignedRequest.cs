using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// A delivery on the wire, by Standard Webhooks.
/// <code>
/// POST /hook
/// webhook-id: 0197a0e6-...          the same in every attempt
/// webhook-timestamp: 1763640000     of this attempt
/// webhook-signature: v1,K5oZ...=    one for each live secret, separated by spaces
/// content-type: application/json
/// </code>
/// </summary>
internal static class SignedRequest
{
    public static HttpRequestMessage Create(ClaimedDelivery delivery, Recipient recipient, DateTimeOffset now)
    {
        var id = delivery.EventId.ToString();
        var content = new ByteArrayContent(delivery.Payload);
        // As it was received, when it is forwarded: read and written again it might differ.
        content.Headers.TryAddWithoutValidation("Content-Type", delivery.ContentType);
        var request = new HttpRequestMessage(HttpMethod.Post, recipient.Url) { Content = content };
        var headers = request.Headers;
        foreach (var (name, value) in recipient.Headers)
            headers.TryAddWithoutValidation(name, value);
        headers.TryAddWithoutValidation("User-Agent", "MjAspire-Webhooks/1.0");
        headers.TryAddWithoutValidation("webhook-id", id);
        headers.TryAddWithoutValidation("webhook-timestamp", now.ToUnixTimeSeconds().ToString());
        headers.TryAddWithoutValidation("webhook-signature", recipient.Sign(id, now, delivery.Payload));
        return request;
    }
}
