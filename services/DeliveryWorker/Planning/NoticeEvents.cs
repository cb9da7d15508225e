using MjAspire.Contracts.Delivery;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Planning;

internal sealed record DisabledData(Guid EndpointId, string Reason);

internal sealed record ExhaustedData(Guid DeliveryId, Guid EndpointId, string EventType, int Attempts);

/// <summary>What is said of webhooks themselves, to the owner's other endpoints.</summary>
internal static class NoticeEvents
{
    public static WebhookEvent Of(EndpointDisabled disabled, string? traceParent) => new(
        EventId.Of(EventTypes.EndpointDisabled, disabled.EndpointId, disabled.OccurredAt.UtcTicks),
        disabled.OwnerId,
        EventTypes.EndpointDisabled,
        EventJson.Write(EventTypes.EndpointDisabled, disabled.OccurredAt, new DisabledData(disabled.EndpointId, disabled.Reason)),
        traceParent,
        disabled.OccurredAt);

    public static WebhookEvent Of(DeliveryExhausted exhausted, string? traceParent) => new(
        EventId.Of(EventTypes.DeliveryExhausted, exhausted.DeliveryId, exhausted.Attempts),
        exhausted.OwnerId,
        EventTypes.DeliveryExhausted,
        EventJson.Write(
            EventTypes.DeliveryExhausted,
            exhausted.OccurredAt,
            new ExhaustedData(exhausted.DeliveryId, exhausted.EndpointId, exhausted.EventType, exhausted.Attempts)),
        traceParent,
        exhausted.OccurredAt);
}
