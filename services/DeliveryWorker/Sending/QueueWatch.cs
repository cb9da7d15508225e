using MjAspire.DeliveryWorker.Storage;
using Npgsql;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>Measures the queue now and then, for alerts on depth and age.</summary>
internal sealed partial class QueueWatch(QueueTable queue, DeliveryMetrics metrics, TimeProvider time, ILogger<QueueWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = time.GetUtcNow();
            try
            {
                metrics.Queue(await queue.MeasureAsync(now, stoppingToken), now);
            }
            catch (Exception error) when (error is NpgsqlException or TimeoutException)
            {
                metrics.QueueUnknown();
                Log.NotMeasured(logger, error);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The queue could not be measured")]
        public static partial void NotMeasured(ILogger logger, Exception exception);
    }
}
