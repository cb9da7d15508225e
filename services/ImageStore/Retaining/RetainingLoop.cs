using Dapper;
using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using Npgsql;

namespace MjAspire.ImageStore.Retaining;

/// <summary>Cleans up now and then, in one replica at a time. A round that fails is told and tried again with the next.</summary>
internal sealed partial class RetainingLoop(
    Expiry expiry, BlobSweep sweep, Drafts drafts, NpgsqlDataSource database,
    IOptions<RetainingOptions> options, TimeProvider time, ILogger<RetainingLoop> logger) : BackgroundService
{
    /// <summary>Any constant, the same in every replica.</summary>
    private const long AdvisoryLock = 0x4D6A526574616967;

    private DateTimeOffset _strays = DateTimeOffset.MinValue;

    /// <summary>One round. False when another replica is at it.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        drafts.RemoveAbandoned();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>("select pg_try_advisory_lock(@AdvisoryLock)", new { AdvisoryLock }))
            return false;
        try
        {
            await expiry.RunAsync(cancellationToken);
            if (time.GetUtcNow() - _strays >= options.Value.StraysInterval)
            {
                await sweep.AdoptStraysAsync(cancellationToken);
                _strays = time.GetUtcNow();
            }
            await sweep.RemoveOrphansAsync(cancellationToken);
            return true;
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@AdvisoryLock)", new { AdvisoryLock });
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or UnauthorizedAccessException)
            {
                Log.Failed(logger, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Cleaning up did not come to its end; the next round begins anew")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
