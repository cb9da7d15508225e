using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>Something happened that an owner's endpoints may have asked for. Most have not, so what would be said is written when one has.</summary>
internal sealed record Happening
{
    public required string Type { get; init; }

    /// <summary>Whose it is; null: its job's owner's, if the job is remembered.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>What it is about.</summary>
    public Guid? JobId { get; init; }

    /// <summary>The job has just been created: whose it is will be remembered.</summary>
    public bool IsJobNew { get; init; }

    /// <summary>An endpoint that is not told, because it is about it.</summary>
    public Guid? Except { get; init; }

    /// <summary>What is said, to an owner. The same each time.</summary>
    public required Func<Guid, WebhookEvent> Tell { get; init; }
}
