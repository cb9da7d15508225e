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
/// Empties the outbox onto the bus: claims a batch with SKIP LOCKED, publishes it concurrently with confirms, deletes what was confirmed.
/// A message no queue is bound for comes back from the broker and stays, as does everything while the broker is away.
/// A crash after the confirm publishes the batch again, with the same message ids.
/// </summary>
internal sealed partial class OutboxDispatcher(
    Outbox outbox, NpgsqlDataSource database, IBus bus, OutboxMetrics metrics, TimeProvider time, ILogger<OutboxDispatcher> logger)
    : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);
    private static readonly ActivitySource Source = new(Telemetry.Prefix + "Outbox");
    private static readonly ConcurrentDictionary<string, Type> Types = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var (claimed, published) = await DispatchBatchAsync(stoppingToken);
                failures = claimed > 0 && published == 0 ? failures + 1 : 0;
                if (failures > 0)
                    await Task.Delay(Pause(failures), time, stoppingToken);
                else if (claimed < BatchSize)
                    await outbox.WaitAsync(PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) // the database is away; the rows wait
            {
                Log.Failed(logger, e);
                await Task.Delay(Pause(++failures), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TimeSpan Pause(int failures) =>
        TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 125 * Math.Pow(2, failures)));

    private async Task<(int Claimed, int Published)> DispatchBatchAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var rows = (await connection.QueryAsync<Row>(
            """
            select id, message_id, type, body, trace_parent, created_at from outbox
            where retry_at is null or retry_at <= @now
            order by id limit @BatchSize for update skip locked
            """,
            new { BatchSize, now = time.GetUtcNow() })).AsList();
        if (rows.Count == 0)
            return (0, 0);

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PublishTimeout);
        var confirmed = await Task.WhenAll(rows.Select(row => TryPublishAsync(row, timeout.Token)));
        cancellationToken.ThrowIfCancellationRequested();

        var published = rows.Where((_, i) => confirmed[i]).Select(row => row.Id).ToArray();
        var refused = rows.Where((_, i) => !confirmed[i]).Select(row => row.Id).ToArray();
        await connection.ExecuteAsync("delete from outbox where id = any(@published)", new { published });
        if (refused.Length > 0)
            await connection.ExecuteAsync(
                "update outbox set retry_at = @at where id = any(@refused)", new { refused, at = time.GetUtcNow() + RetryPause });
        await transaction.CommitAsync(cancellationToken);
        metrics.Published(published.Length, refused.Length, time.GetUtcNow() - rows[0].CreatedAt);
        return (rows.Count, published.Length);
    }

    private async Task<bool> TryPublishAsync(Row row, CancellationToken cancellationToken)
    {
        try
        {
            await PublishAsync(row, cancellationToken);
            return true;
        }
        catch (Exception e) // returned as unroutable, not confirmed in time, no connection: it stays
        {
            Log.NotTaken(logger, row.MessageId, e);
            return false;
        }
    }

    private async Task PublishAsync(Row row, CancellationToken cancellationToken)
    {
        var type = Types.GetOrAdd(row.Type, static name => Type.GetType(name, throwOnError: true)!);
        var message = JsonSerializer.Deserialize(row.Body, type)!;

        // Begun when the row was written, so that a trace shows how long a message waited here.
        using var span = ActivityContext.TryParse(row.TraceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity($"outbox {type.Name}", ActivityKind.Internal, parent, startTime: row.CreatedAt)
            : null;
        await bus.Publish(message, type, Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = row.MessageId;
            context.Mandatory = true; // a message nobody is there for yet must not vanish
        }), cancellationToken);
    }

    private sealed record Row(long Id, Guid MessageId, string Type, string Body, string? TraceParent, DateTimeOffset CreatedAt);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The outbox could not be read")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "The broker did not take message {MessageId}; it stays in the outbox")]
        public static partial void NotTaken(ILogger logger, Guid messageId, Exception exception);
    }
}
