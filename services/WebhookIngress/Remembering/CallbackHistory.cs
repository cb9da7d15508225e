using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using MjAspire.WebhookIngress.Receiving;
using MjAspire.WebhookIngress.Reporting;
using MjAspire.WebhookIngress.Storage;
using Npgsql;

namespace MjAspire.WebhookIngress.Remembering;

/// <summary>
/// Remembers every call, behind the callers' backs: they never wait for the database, and take no harm when it is away. What does not fit into
/// the waiting room meanwhile is counted and forgotten. A parked callback is not remembered here: its body must not be lost, so it goes by the broker.
/// </summary>
internal sealed partial class CallbackHistory(
    CallbackTable table, IOptions<WebhookOptions> options, IngressMetrics metrics, TimeProvider time, ILogger<CallbackHistory> logger)
    : BackgroundService
{
    private const int BatchSize = 500;
    private const int MostLooks = 5;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly Channel<NewCallback> _waiting =
        Channel.CreateBounded<NewCallback>(new BoundedChannelOptions(options.Value.History.MostWaiting) { SingleReader = true });
    private readonly Outage _outage = new();
    private long _bytesWaiting;
    private volatile bool _stopping;

    public void Add(Arrival arrival, Verdict verdict, TimeSpan took)
    {
        if (verdict.Outcome is Outcome.Parked or Outcome.Repelled)
            return;
        Add(new()
        {
            Id = arrival.Id,
            CallbackId = arrival.CallbackId,
            Provider = arrival.Provider.Name,
            Outcome = verdict.Word,
            Reason = verdict.Reason,
            Status = verdict.Status,
            Size = arrival.Body?.Length ?? 0,
            ContentType = arrival.ContentType,
            Address = arrival.Address.ToString(),
            JobId = arrival.JobId,
            TraceId = Activity.Current?.TraceId.ToString(),
            ReceivedAt = arrival.ReceivedAt,
            DurationMs = (float)took.TotalMilliseconds,
        },
        // The body of a duplicate is that of the first; that of an unproven call is anyone's; one that could not be queued may be wanted most.
        verdict.Outcome is Outcome.Queued or Outcome.Unavailable ? arrival.Body : null);
    }

    public void Add(CallbackRow row, byte[]? body)
    {
        if (options.Value.History.KeepBodiesFor == TimeSpan.Zero)
            body = null;
        if (body is not null && Interlocked.Add(ref _bytesWaiting, body.Length) > options.Value.History.MostBytesWaiting)
        {
            Interlocked.Add(ref _bytesWaiting, -body.Length);
            metrics.BodyForgotten();
            body = null;
        }
        if (_waiting.Writer.TryWrite(new(row, body)))
            return;
        Interlocked.Add(ref _bytesWaiting, -(body?.Length ?? 0));
        metrics.Forgotten(1);
    }

    /// <summary>Whoever takes callbacks has stopped before; what they left is written first, if the database is there.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } writing)
            await Task.WhenAny(writing, Task.Delay(LastWords, time, cancellationToken));
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<NewCallback>(BatchSize);
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            // What a batch costs hardly depends on its size, and nobody waits for it: half a second for others to come, or until it is full.
            for (var looks = 0; looks < MostLooks && _waiting.Reader.Count < BatchSize && !_stopping; looks++)
                await Task.Delay(BetweenLooks, time, CancellationToken.None);
            while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var callback))
                batch.Add(callback);
            while (!await TryWriteAsync(batch))
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            Interlocked.Add(ref _bytesWaiting, -batch.Sum(callback => (long)(callback.Body?.Length ?? 0)));
            batch.Clear();
        }
    }

    /// <returns>False when it is worth trying again.</returns>
    private async Task<bool> TryWriteAsync(List<NewCallback> batch)
    {
        try
        {
            await table.AddAsync(batch, time.GetUtcNow() + options.Value.History.KeepBodiesFor, CancellationToken.None);
            metrics.Remembered(batch.Count);
            if (_outage.Ends())
                Log.Back(logger);
            return true;
        }
        catch (PostgresException e) when (e.SqlState[..2] is "22" or "23")
        {
            // Wrong data, broken constraint: these rows will never do, and no others shall wait for them.
            metrics.Forgotten(batch.Count);
            Log.Impossible(logger, batch.Count, e);
            return true;
        }
        catch (Exception e) // whatever is away comes back
        {
            if (_outage.Begins())
                Log.Away(logger, e);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The history cannot be written; callbacks go on, and what does not fit into memory is not remembered. This is said once")]
        public static partial void Away(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Information, "The history is written again")]
        public static partial void Back(ILogger logger);

        [LoggerMessage(3, LogLevel.Error, "{Count} calls cannot be remembered")]
        public static partial void Impossible(ILogger logger, int count, Exception exception);
    }
}
