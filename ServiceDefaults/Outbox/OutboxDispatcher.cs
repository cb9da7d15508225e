using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Dapper;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// Empties the outbox onto the bus: claims a batch with SKIP LOCKED, publishes it concurrently with confirms, deletes it.
/// A broker that is away leaves the rows where they are. A crash after the confirm publishes the batch again, with the same message ids.
/// </summary>
internal sealed partial class OutboxDispatcher(
    Outbox outbox, NpgsqlDataSource database, IBus bus, OutboxMetrics metrics, TimeProvider time, ILogger<OutboxDispatcher> logger)
    : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly ActivitySource Source = new(Telemetry.Prefix + "Outbox");
    private static readonly ConcurrentDictionary<string, Type> Types = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var published = await DispatchBatchAsync(stoppingToken);
                failures = 0;
                if (published < BatchSize)
                    await outbox.WaitAsync(PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) // whatever is away comes back; the rows wait
            {
                var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 250 * Math.Pow(2, failures++)));
                Log.Failed(logger, pause, e);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> DispatchBatchAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var rows = (await connection.QueryAsync<Row>(
            "select id, message_id, type, body, trace_parent, created_at from outbox order by id limit @BatchSize for update skip locked",
            new { BatchSize })).AsList();
        if (rows.Count == 0)
            return 0;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PublishTimeout);
        await Task.WhenAll(rows.Select(row => PublishAsync(row, timeout.Token)));

        await connection.ExecuteAsync("delete from outbox where id = any(@ids)", new { ids = rows.ConvertAll(row => row.Id) });
        await transaction.CommitAsync(cancellationToken);
        metrics.Published(rows.Count, time.GetUtcNow() - rows[0].CreatedAt);
        return rows.Count;
    }

    private async Task PublishAsync(Row row, CancellationToken cancellationToken)
    {
        var type = Types.GetOrAdd(row.Type, static name => Type.GetType(name, throwOnError: true)!);
        var message = JsonSerializer.Deserialize(row.Body, type)!;

        // Begun when the row was written, so that a trace shows how long a message waited here.
        using var span = ActivityContext.TryParse(row.TraceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity($"outbox {type.Name}", ActivityKind.Internal, parent, startTime: row.CreatedAt)
            : null;
        await bus.Publish(message, type, context => context.MessageId = row.MessageId, cancellationToken);
    }

    private sealed record Row(long Id, Guid MessageId, string Type, string Body, string? TraceParent, DateTimeOffset CreatedAt);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The outbox could not be emptied; again in {Pause}")]
        public static partial void Failed(ILogger logger, TimeSpan pause, Exception exception);
    }
}
