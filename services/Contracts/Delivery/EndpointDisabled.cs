namespace MjAspire.Contracts.Delivery;

/// <summary>A webhook endpoint gets nothing more until its owner enables it again; its events are kept for replay.</summary>
/// <param name="Reason"><c>gone</c> (it answered 410) or <c>failing</c> (the rule over days).</param>
public sealed record EndpointDisabled(Guid EndpointId, Guid OwnerId, string Reason, DateTimeOffset OccurredAt);
