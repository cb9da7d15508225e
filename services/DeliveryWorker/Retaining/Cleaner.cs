using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Replaying;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Retaining;

/// <summary>
/// Takes away what is old or belongs to nobody, a little at a time with pauses between, so that deliveries never wait for it; and holds back what
/// waits for disabled endpoints. Every replica does it; two at once take different rows or the same ones in the same order.
/// </summary>
internal sealed partial class Cleaner(
    OldRows oldRows, DeliveryTable deliveries, IOptions<DeliveryOptions> options, DeliveryMetrics metrics, TimeProvider time, ILogger<Cleaner> logger)
    : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest that lies between reading who wants an event and writing the deliveries: a connection and a command, and their timeouts.</summary>
    private static readonly TimeSpan Planning = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.CleaningInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CleanAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException) // the next round is soon enough
            {
                Log.NotCleaned(logger, error);
            }
        }
    }

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        while (await deliveries.HoldDisabledAsync(Batch, cancellationToken) == Batch)
            await Task.Delay(Breath, time, cancellationToken);

        // Whoever attempts a deleted endpoint's delivery right now is done before its lease is; whoever was planning one gave up before, too.
        int orphans;
        while ((orphans = await oldRows.DeleteOrphansAsync(now - options.Value.Lease - Planning, Batch, cancellationToken)) > 0)
        {
            metrics.Cleaned(orphans);
            await Task.Delay(Breath, time, cancellationToken);
        }

        var until = Moment.First(now - options.Value.KeepFor);
        var after = Guid.Empty;
        while (await oldRows.DeleteRestingAsync(after, until, Batch, cancellationToken) is { Last: { } last } batch)
        {
            metrics.Cleaned(batch.Deleted);
            if (batch.Seen < Batch)
                break;
            after = last;
            await Task.Delay(Breath, time, cancellationToken);
        }
        await oldRows.ForgetAsync(now, now - options.Value.KeepFor, Batch, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Old deliveries could not be taken away; the next round tries again")]
        public static partial void NotCleaned(ILogger logger, Exception exception);
    }
}
