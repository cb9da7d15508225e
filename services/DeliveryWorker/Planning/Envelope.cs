using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MjAspire.DeliveryWorker.Endpoints;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>
/// What every event looks like. Pure, and the same bytes for the same event.
/// <code>
/// {"type": "job.completed", "timestamp": "2026-01-01T12:00:00Z", "data": {...}}
/// </code>
/// </summary>
internal sealed record Envelope<T>(string Type, DateTime Timestamp, T Data);

[JsonSerializable(typeof(Envelope<JobData>))]
[JsonSerializable(typeof(Envelope<StoredData>))]
[JsonSerializable(typeof(Envelope<CallbackData>))]
[JsonSerializable(typeof(Envelope<DisabledData>))]
[JsonSerializable(typeof(Envelope<ExhaustedData>))]
[JsonSerializable(typeof(Envelope<TestData>))]
internal sealed partial class EventJson : JsonSerializerContext
{
    private static readonly EventJson Relaxed = new(new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Write<T>(string type, DateTimeOffset moment, T data) =>
        JsonSerializer.SerializeToUtf8Bytes(new(type, moment.UtcDateTime, data), (JsonTypeInfo<Envelope<T>>)Relaxed.GetTypeInfo(typeof(Envelope<T>))!);
}
