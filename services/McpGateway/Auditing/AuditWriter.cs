using Microsoft.Extensions.Options;
using Npgsql;

namespace MjAspire.McpGateway.Auditing;

/// <summary>Section <c>Auditing</c>: how much of the audit log is kept.</summary>
internal sealed class AuditSettings
{
    public int RetentionDays { get; init; } = 90;

    public int MostRows { get; init; } = 1_000_000;
}

/// <summary>Writes notes down, and forgets old ones.</summary>
internal sealed partial class AuditWriter(
    AuditLog log, AuditTable table, IOptions<AuditSettings> settings, TimeProvider time, ILogger<AuditWriter> logger) : BackgroundService
{
    private const int MostAtOnce = 1_000;

    /// <summary>Notes that come within it are written together.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sweeping = SweepAsync(stoppingToken);
        try
        {
            while (await log.Waiting.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Moment, time, stoppingToken);
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync(CancellationToken.None); // what is left, once
        }
        await sweeping;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var batch = new List<AuditEntry>();
        while (batch.Count < MostAtOnce && log.Waiting.TryRead(out var entry))
            batch.Add(entry);

        while (batch.Count > 0)
        {
            try
            {
                await table.AddAsync(batch, cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (cancellationToken.CanBeCanceled)
            {
                Log.Waiting(logger, batch.Count, e.Message);
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (NpgsqlException e)
            {
                Log.Lost(logger, batch.Count, e);
                return;
            }
        }
    }

    /// <summary>Replicas sweep alike; what one deleted the others do not find.</summary>
    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenSweeps, time);
        try
        {
            do
            {
                await ForgetAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var oldest = Guid.CreateVersion7(time.GetUtcNow().AddDays(-settings.Value.RetentionDays));
            while (await table.ForgetAsync(oldest, settings.Value.MostRows, MostAtOnce * 10, cancellationToken) == MostAtOnce * 10)
            {
            }
        }
        catch (NpgsqlException e)
        {
            Log.NotSwept(logger, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} notes of the audit log wait for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, int count, string reason);

        [LoggerMessage(2, LogLevel.Error, "{Count} notes of the audit log could not be written before the service stopped")]
        public static partial void Lost(ILogger logger, int count, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "Old notes of the audit log were not deleted this time: {Reason}")]
        public static partial void NotSwept(ILogger logger, string reason);
    }
}
