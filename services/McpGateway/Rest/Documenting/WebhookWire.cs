using System.ComponentModel;
using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Rest.Documenting;

// What DeliveryWorker reads and writes on the routes that lead to it, for the API document. Nothing here is used at run time.

internal sealed record WebhookAddress(string WebhookUrl);

internal sealed record WebhookRegistered(string Status, string WebhookUrl, int TotalWebhooks);

internal sealed record WebhookAddresses(IReadOnlyList<string> Webhooks, int Total);

internal sealed record WebhookMessage(string Message);

internal sealed record WebhookPushed(string Status, string Message, string Timestamp, int WebhooksNotified, int TotalWebhooks);

/// <summary>The body of <c>POST /api/endpoints</c>.</summary>
internal sealed record EndpointWanted(string Url)
{
    [Description("Types such as job.completed, families such as job.*, or * for all.")]
    public required IReadOnlyList<string> Events { get; init; }

    [Description("whsec_ and base64; made here when left out.")]
    public string? Secret { get; init; }
    public string? Description { get; init; }

    [Description("Sent with every delivery.")]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [Description("Deliveries in a second, at most.")]
    public int? RateLimit { get; init; }
    public bool? Enabled { get; init; }
}

/// <summary>The body of <c>PATCH /api/endpoints/{id}</c>; what is absent stays as it is.</summary>
internal sealed record EndpointChange
{
    public string? Url { get; init; }
    public IReadOnlyList<string>? Events { get; init; }
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
    public int? RateLimit { get; init; }
    public bool? Enabled { get; init; }
}

internal sealed record EndpointDocument(
    Guid Id, string Url, IReadOnlyList<string> Events, string Description, IReadOnlyList<string> HeaderNames, int? RateLimit, bool Enabled,
    string? DisabledReason, DateTimeOffset? FailingSince, DateTimeOffset? PreviousSecretUntil, DateTimeOffset CreatedAt)
{
    [Description("Shown once, in the answer to the creation.")]
    public string? Secret { get; init; }
}

internal sealed record EndpointDocuments(IReadOnlyList<EndpointDocument> Endpoints);

internal sealed record SecretWanted
{
    [Description("Made here when left out.")]
    public string? Secret { get; init; }
}

internal sealed record SecretRotated(Guid Id, string Secret, DateTimeOffset PreviousSecretUntil);

internal sealed record EndpointTested(Guid DeliveryId, bool Delivered, int? Status, string? Error, string Response);

internal sealed record DeliveryDocument(
    Guid Id, Guid EventId, Guid EndpointId, string EventType, string Status, int Attempts, DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt, DateTimeOffset? CompletedAt, int? LastStatus, string? LastError)
{
    public IReadOnlyList<JsonObject>? AttemptLog { get; init; }
}

internal sealed record DeliveryDocuments(IReadOnlyList<DeliveryDocument> Deliveries, Guid? NextCursor);

/// <param name="Replayed">How many deliveries are due again.</param>
/// <param name="More">There are more than one call replays: call again.</param>
internal sealed record DeliveriesReplayed(int Replayed, bool More);
