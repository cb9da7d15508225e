using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Pushing;

/// <summary>
/// Makes first attempts, in parallel, for a caller who waits for the answers. The deliveries were planned with their leases taken; if this
/// process dies now, the worker of another finds them when the leases end.
/// </summary>
internal sealed class FirstAttempts(Recipients recipients, Attempts attempts, IHostApplicationLifetime lifetime)
{
    /// <summary>The caller may hang up; what was begun has a result either way, unless the process goes down: null.</summary>
    public async Task<Answer?[]> MakeAsync(Lease lease, IReadOnlyList<PlannedDelivery> planned)
    {
        var found = await recipients.GetAsync(planned.Select(delivery => (delivery.EndpointId, delivery.EndpointVersion)), CancellationToken.None);
        return await Task.WhenAll(planned
            .Where(delivery => delivery.IsPending && found.ContainsKey(delivery.EndpointId))
            .Select(delivery => MakeAsync(Claimed(delivery, lease), found[delivery.EndpointId])));
    }

    private async Task<Answer?> MakeAsync(ClaimedDelivery delivery, Recipient recipient)
    {
        try
        {
            return await attempts.MakeAsync(delivery, recipient, lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static ClaimedDelivery Claimed(PlannedDelivery delivery, Lease lease) => new()
    {
        Id = delivery.Id,
        LeaseId = lease.Id,
        Attempt = 1,
        AttemptsBefore = 0,
        IsRetry = false,
        EndpointId = delivery.EndpointId,
        EndpointVersion = delivery.EndpointVersion,
        EventId = delivery.Event.Id,
        EventType = delivery.Event.Type,
        Payload = delivery.Event.Payload,
        ContentType = delivery.Event.ContentType,
        TraceParent = delivery.Event.TraceParent,
    };
}
