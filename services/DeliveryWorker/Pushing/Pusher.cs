using System.Diagnostics;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Pushing;

/// <summary>How many webhooks there are, and how many took the message at the first attempt.</summary>
internal sealed record PushCounts(int Notified, int Total);

/// <summary>Pushes a message as an event like any other, except that the first attempts are made while the caller waits.</summary>
internal sealed class Pusher(
    EndpointTable endpoints,
    EventTable events,
    FirstAttempts firstAttempts,
    IOptions<DeliveryOptions> options,
    DeliveryMetrics metrics,
    TimeProvider time) : IDisposable
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
            var wanting = await endpoints.FindWantingAsync([ownerId], jobs: [], EventTypes.Patterns(happening.Type), cancellationToken);
            var planned = await events.AddAsync(
                newJobs: [], wanting.ConvertAll(endpoint => PlannedDelivery.Of(happening, endpoint, now)), now, lease, cancellationToken);
            metrics.Planned(happening.Type, planned.Count);

            var answers = await firstAttempts.MakeAsync(lease, planned);
            return new(answers.Count(answer => answer is { IsSuccess: true }), planned.Count);
        }
        finally
        {
            _pushes.Release();
        }
    }

    public void Dispose() => _pushes.Dispose();
}
