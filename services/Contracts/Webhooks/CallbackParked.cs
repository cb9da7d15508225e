namespace MjAspire.Contracts.Webhooks;

/// <summary>A provider called us and was believed, but its body is not the JSON it says it is. It rests in the history, for people to look at and replay.</summary>
public sealed record CallbackParked
{
    /// <summary>Of the entry in the history.</summary>
    public required Guid Id { get; init; }

    /// <summary>Stable for the same bytes from the same origin.</summary>
    public required Guid CallbackId { get; init; }

    /// <summary>The provider's name as in the URL.</summary>
    public required string Provider { get; init; }

    /// <summary>Set when it came to a capability URL.</summary>
    public Guid? JobId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required string ContentType { get; init; }

    /// <summary>The body, byte for byte.</summary>
    public required byte[] Body { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required string Reason { get; init; }

    /// <summary>Where it came from.</summary>
    public required string Address { get; init; }
}
