using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// Claims what is due and attempts it, first attempts before retries. It never claims more than it can begin at once, so a lease covers exactly
/// one attempt, and it holds no transaction while a receiver thinks.
/// </summary>
internal sealed partial class Worker(
    DeliveryTable deliveries,
    Recipients recipients,
    Attempts attempts,
    Rooms rooms,
    WorkSignal work,
    IOptions<DeliveryOptions> options,
    DeliveryMetrics metrics,
    TimeProvider time,
    ILogger<Worker> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>Between claims: attempts end one by one, and a claim for each would be a query for each.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    /// <summary>Retries are minutes late by nature; a look at their lane now and then is enough.</summary>
    private static readonly TimeSpan RetryPace = TimeSpan.FromMilliseconds(100);

    private readonly DeliveryOptions _options = options.Value;
    private readonly Lane _first = new(IsRetry: false);
    private readonly Lane _retries = new(IsRetry: true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var aborting = new CancellationTokenSource();
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(aborting.Token, stoppingToken);
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error) // the database comes back; the rows wait
            {
                var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 250 * Math.Pow(2, failures++)));
                Log.NotClaimed(logger, pause, error);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        // What is under way may finish; what takes longer is dropped and belongs to the next worker when its lease ends.
        aborting.CancelAfter(Farewell);
        while (rooms.Taken > 0)
            await work.WaitAsync(_options.PollInterval, CancellationToken.None);
    }

    /// <summary>One look at each lane that is due for one; then a short pause if there was work, and a wait for work if there was none.</summary>
    private async Task RoundAsync(CancellationToken aborting, CancellationToken stoppingToken)
    {
        var start = time.GetTimestamp();
        var isMore = await ClaimAsync(_first, aborting, stoppingToken);
        if (time.GetElapsedTime(_retries.LookedAt) >= RetryPace)
            isMore |= await ClaimAsync(_retries, aborting, stoppingToken);
        metrics.UnderWay(rooms.Taken);

        if (!isMore)
            await work.WaitAsync(_options.PollInterval, stoppingToken);
        if (Pace - time.GetElapsedTime(start) is var pause && pause > TimeSpan.Zero)
            await Task.Delay(pause, time, stoppingToken);
    }

    /// <summary>Claims and begins one batch, going round the endpoints. True when another claim may find more.</summary>
    private async Task<bool> ClaimAsync(Lane lane, CancellationToken aborting, CancellationToken stoppingToken)
    {
        lane.LookedAt = time.GetTimestamp();
        var free = rooms.Free(lane.IsRetry);
        if (free == 0)
            return false;

        var now = time.GetUtcNow();
        var lease = new Lease(Guid.CreateVersion7(), now + _options.Lease);
        var claimed = await deliveries.ClaimAsync(lane.IsRetry, free, lane.After, rooms.Left(lane.IsRetry), lease, now, stoppingToken);
        await BeginAsync(claimed, aborting, stoppingToken);

        // The end of a round that began in the middle: the first endpoints have not been seen yet.
        var isEnd = claimed.Count < free;
        var isMore = !isEnd || lane.After != Guid.Empty;
        lane.After = isEnd ? Guid.Empty : claimed.Max(delivery => delivery.EndpointId);
        return isMore;
    }

    private async Task BeginAsync(List<ClaimedDelivery> claimed, CancellationToken aborting, CancellationToken stoppingToken)
    {
        if (claimed.Count == 0)
            return;
        var found = await recipients.GetAsync(claimed.Select(delivery => (delivery.EndpointId, delivery.EndpointVersion)), stoppingToken);
        foreach (var delivery in claimed)
        {
            // One that cannot be sent to is deleted or unreadable; its lease ends by itself.
            if (found.TryGetValue(delivery.EndpointId, out var recipient))
                _ = AttemptAsync(delivery, recipient, aborting);
        }
    }

    private async Task AttemptAsync(ClaimedDelivery delivery, Recipient recipient, CancellationToken aborting)
    {
        try
        {
            await attempts.MakeAsync(delivery, recipient, aborting);
        }
        catch (OperationCanceledException) when (aborting.IsCancellationRequested)
        {
            // Dropped; see above.
        }
    }

    private sealed record Lane(bool IsRetry)
    {
        /// <summary>The endpoint the next claim begins after.</summary>
        public Guid After { get; set; }

        public long LookedAt { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Due deliveries could not be claimed; again in {Pause}")]
        public static partial void NotClaimed(ILogger logger, TimeSpan pause, Exception exception);
    }
}
