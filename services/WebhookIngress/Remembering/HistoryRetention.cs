using Microsoft.Extensions.Options;
using MjAspire.WebhookIngress.Storage;
using Npgsql;

namespace MjAspire.WebhookIngress.Remembering;

/// <summary>Deletes what is older than it is to be kept, in batches too small to be felt.</summary>
internal sealed partial class HistoryRetention(CallbackTable table, IOptions<WebhookOptions> options, TimeProvider time, ILogger<HistoryRetention> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var deleted = 0;
            try
            {
                // A version 7 id begins with its time.
                var now = time.GetUtcNow();
                deleted = await table.DeleteOldAsync(Guid.CreateVersion7(now - options.Value.History.KeepFor), now, BatchSize, stoppingToken);
            }
            catch (NpgsqlException e)
            {
                Log.Failed(logger, e.Message);
            }
            await Task.Delay(deleted == BatchSize ? BetweenBatches : BetweenLooks, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Old callbacks could not be deleted; they will be: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
