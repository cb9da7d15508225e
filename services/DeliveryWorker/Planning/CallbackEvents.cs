using System.Text.Json;
using System.Text.Json.Nodes;
using MjAspire.Contracts.Webhooks;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>What is said of a provider's callback.</summary>
/// <param name="Body">The callback, when it is JSON and not too large for a webhook; null otherwise.</param>
/// <param name="BodyBytes">How large it was.</param>
internal sealed record CallbackData(Guid CallbackId, string Provider, Guid JobId, string ContentType, int BodyBytes, JsonNode? Body);

/// <summary>
/// A provider called back about a job of the owner's: for who wants to see what the provider says, as it says it.
/// <code>
/// {"type": "provider.callback", "timestamp": "2026-01-01T12:00:00Z",
///  "data": {"callback_id": "...", "provider": "midjourney", "job_id": "...", "content_type": "application/json", "body_bytes": 1234, "body": {...}}}
/// </code>
/// </summary>
internal static class CallbackEvents
{
    private const int LargestBody = 16 * 1024;

    public static WebhookEvent Of(ProviderCallbackReceived callback, Guid jobId, Guid ownerId, string? traceParent) => new(
        EventId.Of(EventTypes.ProviderCallback, callback.CallbackId),
        ownerId,
        EventTypes.ProviderCallback,
        EventJson.Write(EventTypes.ProviderCallback, callback.ReceivedAt, new CallbackData(
            callback.CallbackId, callback.Provider, jobId, callback.ContentType, callback.Body.Length, Read(callback.Body))),
        traceParent,
        callback.ReceivedAt);

    private static JsonNode? Read(byte[] body)
    {
        if (body.Length > LargestBody)
            return null;
        try
        {
            var json = JsonNode.Parse(body);
            RemoveCallbackAddress(json);
            return json;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Providers repeat the address they call, and who knows it can call it: <c>"notifyHook": "https://.../webhook/midjourney/{token}"</c>.</summary>
    private static void RemoveCallbackAddress(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                    RemoveCallbackAddress(item);
                break;
            case JsonObject fields:
                foreach (var name in fields.Select(field => field.Key).ToArray())
                {
                    if (fields[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Contains("/webhook/", StringComparison.Ordinal))
                        fields[name] = null;
                    else
                        RemoveCallbackAddress(fields[name]);
                }
                break;
        }
    }
}
