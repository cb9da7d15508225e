using System.Diagnostics;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Pushing;

/// <summary>How many webhooks there are, and how many took the message at the first attempt.</summary>
internal sealed record PushCounts(int Notified, int Total);

/// <summary>
/// Pushes a message as an event like any other, except that the first attempts are made here, in parallel, while the caller waits.
/// The deliveries are planned with their leases taken; if this process dies now, the worker of another finds them when the leases end.
/// </summary>
internal sealed class Pusher(
    EventTable events,
    Attempts attempts,
    IOptions<DeliveryOptions> options,
    DeliveryMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime) : IDisposable
{
    private const int MostAtOnce = 32;

    private readonly SemaphoreSlim _pushes = new(MostAtOnce);

    /// <summary>Null when too many messages are being pushed at this moment.</summary>
    public async Task<PushCounts?> PushAsync(Guid ownerId, PushedMessage message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await _pushes.WaitAsync(TimeSpan.Zero, cancellationToken))
            return null;
        try
        {
            var happening = message.ToEvent(ownerId, Activity.Current?.Id, now);
            var lease = new Lease(Guid.CreateVersion7(), time.GetUtcNow() + options.Value.Lease);
            var planned = await events.PlanAsync(happening, EventTypes.Patterns(happening.Type), now, lease, cancellationToken);
            metrics.Planned(happening.Type, planned.Count);

            var notified = await Task.WhenAll(planned.Where(delivery => delivery.IsPending).Select(
                delivery => IsNotifiedAsync(Claimed(delivery, happening, lease))));
            return new(notified.Count(isNotified => isNotified), planned.Count);
        }
        finally
        {
            _pushes.Release();
        }
    }

    public void Dispose() => _pushes.Dispose();

    /// <summary>The caller may hang up; what was begun has a result either way, unless the process goes down.</summary>
    private async Task<bool> IsNotifiedAsync(ClaimedDelivery delivery)
    {
        try
        {
            return (await attempts.MakeAsync(delivery, lifetime.ApplicationStopping)).IsSuccess;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static ClaimedDelivery Claimed(PlannedDelivery delivery, WebhookEvent happening, Lease lease) => new()
    {
        Id = delivery.Id,
        LeaseId = lease.Id,
        Attempt = 1,
        OwnerId = happening.OwnerId,
        EndpointId = delivery.EndpointId,
        Url = delivery.Url,
        Secret = delivery.Secret,
        Headers = delivery.Headers,
        EventId = happening.Id,
        EventType = happening.Type,
        Payload = happening.Payload,
        TraceParent = happening.TraceParent,
    };
}
