using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// Claims what is due and attempts it. It never claims more than it can begin at once, so a lease covers exactly one attempt,
/// and it holds no transaction while a receiver thinks.
/// </summary>
internal sealed partial class Worker(
    DeliveryTable deliveries,
    Attempts attempts,
    WorkSignal work,
    IOptions<DeliveryOptions> options,
    DeliveryMetrics metrics,
    TimeProvider time,
    ILogger<Worker> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly DeliveryOptions _options = options.Value;
    private readonly Rooms _rooms = new(options.Value.Concurrency, options.Value.ConcurrencyPerEndpoint);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var aborting = new CancellationTokenSource();
        var after = Guid.Empty;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                after = await RoundAsync(after, aborting.Token, stoppingToken);
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
        while (_rooms.Taken > 0)
            await work.WaitAsync(_options.PollInterval, CancellationToken.None);
    }

    /// <summary>Claims and begins one batch, going round the endpoints; waits when all that could begin has begun.</summary>
    private async Task<Guid> RoundAsync(Guid after, CancellationToken aborting, CancellationToken stoppingToken)
    {
        var free = _rooms.Free;
        var claimed = free == 0 ? [] : await ClaimAsync(free, after, stoppingToken);
        foreach (var delivery in claimed)
        {
            _rooms.Take(delivery.EndpointId);
            _ = AttemptAsync(delivery, aborting);
        }
        metrics.UnderWay(_rooms.Taken);
        if (free > 0 && claimed.Count == free)
            return claimed.Max(delivery => delivery.EndpointId);

        // The end of the round, or no room. A round that began in the middle has not seen the first endpoints yet.
        if (after == Guid.Empty || free == 0)
            await work.WaitAsync(_options.PollInterval, stoppingToken);
        return free == 0 ? after : Guid.Empty;
    }

    private Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(int batch, Guid after, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return deliveries.ClaimAsync(
            batch, after, _rooms.Left(), _options.ConcurrencyPerEndpoint, new(Guid.CreateVersion7(), now + _options.Lease), now, cancellationToken);
    }

    private async Task AttemptAsync(ClaimedDelivery delivery, CancellationToken aborting)
    {
        Answer? answer = null;
        try
        {
            answer = await attempts.MakeAsync(delivery, aborting);
        }
        catch (OperationCanceledException) when (aborting.IsCancellationRequested)
        {
            // Dropped; see above.
        }
        finally
        {
            _rooms.Leave(delivery.EndpointId, hasTimedOut: answer?.Error == Answer.Timeout);
            work.Set();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Due deliveries could not be claimed; again in {Pause}")]
        public static partial void NotClaimed(ILogger logger, TimeSpan pause, Exception exception);
    }
}
