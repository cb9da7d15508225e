using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// For a database the service can do without: the start waits for the schema a moment, and if the database is not there it is tried again
/// beside the running service, however long that takes.
/// </summary>
internal sealed partial class LateSchemaUpgrade(SchemaUpgrade upgrade, TimeProvider time, ILogger<LateSchemaUpgrade> logger) : BackgroundService
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private bool _isDone;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var moment = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        moment.CancelAfter(Moment);
        try
        {
            await upgrade.ApplyAsync(moment.Token);
            _isDone = true;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.Later(logger, e.Message);
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_isDone && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await upgrade.ApplyAsync(stoppingToken);
                _isDone = true;
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                // Still away, which has been said.
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Schema: the database is away; the service goes on without it. This is said once: {Reason}")]
        public static partial void Later(ILogger logger, string reason);
    }
}
