using System.ComponentModel.DataAnnotations;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MjAspire.JobService.Retaining;

/// <summary>Section <c>Retention</c>: how long finished jobs are kept.</summary>
internal sealed class RetentionOptions
{
    /// <summary>After its end a job and its history are kept for so long.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Jobs deleted in one statement: small enough not to be felt.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;

    /// <summary>Between two looks when there is nothing to do.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Deletes finished jobs that are older than the retention, in small batches with a pause between them; their history goes with them.</summary>
internal sealed partial class Retention(
    NpgsqlDataSource database, IOptions<RetentionOptions> options, JobMetrics metrics, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private static readonly TimeSpan PauseBetweenBatches = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var deleted = 0;
            try
            {
                deleted = await DeleteBatchAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                Log.Failed(logger, e);
            }
            var pause = deleted == options.Value.BatchSize ? PauseBetweenBatches : options.Value.Interval;
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> DeleteBatchAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parameters = new { before = time.GetUtcNow() - options.Value.KeepFor, limit = options.Value.BatchSize };
        var deleted = await connection.ExecuteAsync(Sql, parameters);
        if (deleted < options.Value.BatchSize)
            await connection.ExecuteAsync(EmptyBatchesSql, parameters);
        metrics.Expired(deleted);
        return deleted;
    }

    /// <summary>By the index on <c>finished_at</c>; replicas skip each other's batches.</summary>
    internal const string Sql =
        """
        delete from jobs where id in (
            select id from jobs where finished_at < @before order by finished_at limit @limit for update skip locked)
        """;

    /// <summary>A batch goes after the last of its jobs.</summary>
    internal const string EmptyBatchesSql =
        """
        delete from batches where id in (
            select id from batches where created_at < @before and not exists (select from jobs where batch_id = batches.id)
            order by created_at limit @limit for update skip locked)
        """;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Old jobs could not be deleted; they will be")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
