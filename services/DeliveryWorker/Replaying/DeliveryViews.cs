using System.Text;
using System.Text.Json.Serialization;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Replaying;

/// <summary>A delivery as its owner sees it.</summary>
/// <param name="EventId">The <c>webhook-id</c> it carries in every attempt.</param>
/// <param name="NextAttemptAt">Null when it rests.</param>
/// <param name="LastStatus">HTTP status of the last attempt, when there was an answer.</param>
/// <param name="LastError">A word, when there was none.</param>
internal record DeliveryView(
    Guid Id,
    Guid EventId,
    Guid EndpointId,
    string EventType,
    string Status,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? CompletedAt,
    int? LastStatus,
    string? LastError)
{
    public static DeliveryView Of(DeliveryRow row) => new(
        row.Id,
        row.EventId,
        row.EndpointId,
        row.EventType,
        row.Status,
        row.Attempts,
        Moment.Of(row.Id),
        row.Status == "pending" ? row.NextAttemptAt : null,
        row.CompletedAt,
        row.LastStatus,
        row.LastError);
}

/// <summary>With all attempts, oldest first.</summary>
internal sealed record DetailedDelivery([property: JsonIgnore] DeliveryView Delivery, IReadOnlyList<AttemptView> AttemptLog) : DeliveryView(Delivery);

/// <param name="Response">The first KB of the answer's body.</param>
internal sealed record AttemptView(int Number, DateTimeOffset StartedAt, int DurationMs, int? Status, string? Error, string Response)
{
    public static AttemptView Of(AttemptRow row) =>
        new(row.Number, row.StartedAt, row.DurationMs, row.Status, row.Error, Encoding.UTF8.GetString(row.Response));
}

/// <param name="NextCursor">For the next page; null on the last.</param>
internal sealed record DeliveryPage(IReadOnlyList<DeliveryView> Deliveries, Guid? NextCursor);

/// <param name="Replayed">How many deliveries are due again.</param>
/// <param name="More">There are more than one call replays: call again.</param>
internal sealed record ReplayAnswer(int Replayed, bool More);
