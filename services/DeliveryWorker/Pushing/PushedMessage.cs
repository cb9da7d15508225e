using System.Text.Encodings.Web;
using System.Text.Json;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Pushing;

/// <summary>
/// What a pushed message looks like to those who get it; no envelope, for receivers older than this system.
/// <code>
/// {"message": "Your message here", "timestamp": "2025-11-11T12:34:56.789012+00:00"}
/// </code>
/// </summary>
internal sealed record PushedMessage(string Message, string Timestamp)
{
    /// <summary>Characters; the payload stays below what a webhook should weigh.</summary>
    public const int Longest = 8192;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>ISO 8601 in UTC with six digits of a second, the only fraction every parser takes.</summary>
    public static PushedMessage At(DateTimeOffset now, string message) =>
        new(message, now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'"));

    public WebhookEvent ToEvent(Guid ownerId, string? traceParent, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), ownerId, EventTypes.MessagePushed, JsonSerializer.SerializeToUtf8Bytes(this, Json), traceParent, now);
}
