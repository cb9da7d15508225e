using MjAspire.DeliveryWorker.Endpoints;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>An endpoint, ready to be sent to: everything read and unsealed once, not for every delivery.</summary>
internal sealed record Recipient(
    Guid Id,
    Guid OwnerId,
    int Version,
    Uri Url,
    IReadOnlyList<KeyValuePair<string, string?>> Headers,
    WebhookSecret Secret,
    WebhookSecret? PreviousSecret,
    DateTimeOffset? PreviousSecretUntil,
    int? RateLimit)
{
    public static Recipient Of(WebhookEndpoint endpoint, Seal seal) => new(
        endpoint.Id,
        endpoint.OwnerId,
        endpoint.Version,
        new(endpoint.Url),
        [.. seal.OpenHeaders(endpoint.Headers)],
        Read(endpoint.Id, seal.Open(endpoint.Secret)),
        endpoint.PreviousSecret is { } previous ? Read(endpoint.Id, seal.Open(previous)) : null,
        endpoint.PreviousSecretUntil,
        endpoint.RateLimit);

    /// <summary>Signatures by every secret that is live, the present one first, as <c>webhook-signature</c> lists them.</summary>
    public string Sign(string id, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var timestamp = now.ToUnixTimeSeconds();
        var signature = Secret.Sign(id, timestamp, body);
        return PreviousSecret is not null && now < PreviousSecretUntil ? $"{signature} {PreviousSecret.Sign(id, timestamp, body)}" : signature;
    }

    private static WebhookSecret Read(Guid id, string text) =>
        WebhookSecret.TryParse(text, out var secret) ? secret : throw new InvalidOperationException($"Endpoint {id} has an unreadable secret.");
}
