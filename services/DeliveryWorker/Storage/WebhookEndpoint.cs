namespace MjAspire.DeliveryWorker.Storage;

/// <summary>A row of <c>endpoints</c>. What is sealed can be opened by <see cref="ServiceDefaults.Seal"/> only.</summary>
internal sealed record WebhookEndpoint
{
    public required Guid Id { get; init; }
    public required Guid OwnerId { get; init; }
    public required string Url { get; init; }
    public required string[] Events { get; init; }
    public string Description { get; init; } = "";

    /// <summary>Sealed.</summary>
    public required string Secret { get; init; }

    /// <summary>Sealed. Signs too, until <see cref="PreviousSecretUntil"/>.</summary>
    public string? PreviousSecret { get; init; }
    public DateTimeOffset? PreviousSecretUntil { get; init; }

    /// <summary>Sealed JSON object of names and values.</summary>
    public required string Headers { get; init; }

    /// <summary>Attempts a second at most.</summary>
    public int? RateLimit { get; init; }

    /// <summary>One more with each change that a sender must know of.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Made through <c>/api/register</c>: known by its URL, once per owner.</summary>
    public bool IsRegistered { get; init; }

    public bool IsEnabled { get; init; } = true;

    /// <summary><c>owner</c>, <c>gone</c> (it answered 410), <c>failing</c> (the rule over days), <c>unconfigured</c> (forwarding).</summary>
    public string? DisabledReason { get; init; }

    /// <summary>Since when no attempt has succeeded; null while the last one did.</summary>
    public DateTimeOffset? FailingSince { get; init; }
    public int FailedAttempts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
