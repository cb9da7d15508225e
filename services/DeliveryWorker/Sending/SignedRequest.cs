using System.Net.Http.Headers;
using System.Text.Json;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// A delivery on the wire, by Standard Webhooks.
/// <code>
/// POST /hook
/// webhook-id: 0197a0e6-...          the same in every attempt
/// webhook-timestamp: 1763640000     of this attempt
/// webhook-signature: v1,K5oZ...=
/// content-type: application/json
/// </code>
/// </summary>
internal static class SignedRequest
{
    public static HttpRequestMessage Create(ClaimedDelivery delivery, long timestamp)
    {
        if (!WebhookSecret.TryParse(delivery.Secret, out var secret))
            throw new InvalidOperationException($"Endpoint {delivery.EndpointId} has an unreadable secret.");

        var id = delivery.EventId.ToString();
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url)
        {
            Content = new ByteArrayContent(delivery.Payload) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(delivery.Headers)!)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("User-Agent", "MjAspire-Webhooks/1.0");
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", $"{timestamp}");
        request.Headers.TryAddWithoutValidation("webhook-signature", secret.Sign(id, timestamp, delivery.Payload));
        return request;
    }
}
