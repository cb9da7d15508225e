namespace MjAspire.Contracts.Webhooks;

/// <summary>A provider called us and was believed: the raw, verified callback, at most 64 KB.</summary>
public sealed record ProviderCallbackReceived
{
    /// <summary>Stable for the same bytes to the same capability, so that a repeat can be told.</summary>
    public required Guid CallbackId { get; init; }

    /// <summary>The provider's name as in the URL: <c>midjourney</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>Set when the callback came to a capability URL, whose token names the job.</summary>
    public Guid? JobId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required string ContentType { get; init; }

    /// <summary>The body, byte for byte.</summary>
    public required byte[] Body { get; init; }
}
