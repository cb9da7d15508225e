namespace MjAspire.DeliveryWorker.Storage;

/// <summary>A row of <c>endpoints</c>.</summary>
internal sealed record WebhookEndpoint
{
    public required Guid Id { get; init; }
    public required Guid OwnerId { get; init; }
    public required string Url { get; init; }
    public required string[] Events { get; init; }
    public string Description { get; init; } = "";
    public required string Secret { get; init; }

    /// <summary>JSON object of names and values.</summary>
    public string Headers { get; init; } = "{}";

    /// <summary>Made through <c>/api/register</c>: known by its URL, once per owner.</summary>
    public bool IsRegistered { get; init; }

    public bool IsEnabled { get; init; } = true;
    public string? DisabledReason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
