using System.Diagnostics.Metrics;
using Dapper;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.JobService;

/// <summary>What stands in the tables now: jobs by status and kind, how long the oldest has been running, and the outbox. Read every so often, shown as gauges.</summary>
internal sealed partial class JobGauges : BackgroundService
{
    internal const string Sql =
        """
        select status, kind, count(*) as count, min(case status when 'RUNNING' then started_at else updated_at end) as oldest, min(updated_at) as silent
        from jobs where finished_at is null group by status, kind
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Reading _last = new([], 0, 0);

    public JobGauges(NpgsqlDataSource database, IMeterFactory meters, TimeProvider time, ILogger<JobGauges> logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        var meter = meters.Create(Telemetry.Prefix + "Jobs.Gauges");
        meter.CreateObservableGauge("mjaspire.jobs.unfinished", () => _last.Jobs.Select(row => new Measurement<long>(
            row.Count, new("status", row.Status), new("kind", row.Kind))), "{job}", "Jobs that have not ended, by status and kind.");
        meter.CreateObservableGauge("mjaspire.jobs.oldest", () => _last.Jobs.Select(row => new Measurement<double>(
            (_time.GetUtcNow() - row.Oldest).TotalSeconds, new("status", row.Status), new("kind", row.Kind))), "s",
            "For how long the oldest unfinished job has been in its status.");
        meter.CreateObservableGauge("mjaspire.jobs.silence", () => _last.Jobs.Select(row => new Measurement<double>(
            (_time.GetUtcNow() - row.Silent).TotalSeconds, new("status", row.Status), new("kind", row.Kind))), "s",
            "For how long nothing was heard of the unfinished job that has been silent longest.");
        meter.CreateObservableGauge("mjaspire.outbox.depth", () => _last.OutboxDepth, "{message}", "Messages waiting to be published.");
        meter.CreateObservableGauge("mjaspire.outbox.age", () => _last.OutboxAge, "s", "Age of the oldest message waiting to be published.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _last = await ReadAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                Log.Failed(_logger, e);
            }
            await Task.Delay(Interval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Reading> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var jobs = await connection.QueryAsync<Row>(Sql);
        var (depth, oldest) = await connection.QuerySingleAsync<(long, DateTimeOffset?)>("select count(*), min(created_at) from outbox");
        return new(jobs.AsList(), depth, oldest is { } at ? (_time.GetUtcNow() - at).TotalSeconds : 0);
    }

    private sealed record Row(string Status, string Kind, long Count, DateTimeOffset Oldest, DateTimeOffset Silent);

    private sealed record Reading(IReadOnlyList<Row> Jobs, long OutboxDepth, double OutboxAge);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The gauges could not be read; they show what was")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
