namespace MjAspire.Contracts.Delivery;

/// <summary>Every retry of one delivery failed; it rests as a dead letter and can be replayed.</summary>
public sealed record DeliveryExhausted(Guid DeliveryId, Guid EndpointId, Guid OwnerId, string EventType, int Attempts, DateTimeOffset OccurredAt);
