using System.Threading.Channels;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Storage;
using Npgsql;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>One attempt and what came of it.</summary>
internal sealed record Outcome(ClaimedDelivery Delivery, Recipient Recipient, Answer Answer, DateTimeOffset StartedAt, TimeSpan Duration);

/// <summary>An outcome and what it means.</summary>
internal sealed record JudgedOutcome(Outcome Outcome, Verdict Verdict)
{
    public ClaimedDelivery Delivery => Outcome.Delivery;
}

/// <summary>
/// Saves what came of attempts, many in one statement. While the database is away outcomes wait here, and attempts behind them;
/// what a crash loses is attempted again under the same webhook-id.
/// </summary>
internal sealed partial class Outcomes(
    NpgsqlDataSource database, Failures failures, WorkSignal work, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<Outcomes> logger)
    : BackgroundService
{
    private const int BatchSize = 250;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Outcome> _waiting = Channel.CreateBounded<Outcome>(new BoundedChannelOptions(4 * BatchSize) { SingleReader = true });

    private readonly RetrySchedule _schedule =
        RetrySchedule.TryParse(options.Value.RetrySchedule, options.Value.RetryJitter, out var schedule)
            ? schedule
            : throw new InvalidOperationException("Delivery:RetrySchedule was not validated.");

    public ValueTask AddAsync(Outcome outcome, CancellationToken cancellationToken) => _waiting.Writer.WriteAsync(outcome, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Outcome>(BatchSize);
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var outcome))
                batch.Add(outcome);
            while (!await TrySaveAsync(batch))
            {
                if (stoppingToken.IsCancellationRequested)
                    return; // the leases end by themselves
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            batch.Clear();
        }
    }

    /// <summary>Whoever makes attempts has stopped before; what they left is saved first.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } saving)
            await Task.WhenAny(saving, Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken));
        await base.StopAsync(cancellationToken);
    }

    private async Task<bool> TrySaveAsync(List<Outcome> batch)
    {
        try
        {
            await SaveAsync(batch.ConvertAll(Judge));
            return true;
        }
        catch (Exception error) // whatever is away comes back; the outcomes wait
        {
            Log.NotSaved(logger, batch.Count, error);
            return false;
        }
    }

    private JudgedOutcome Judge(Outcome outcome)
    {
        var isTest = outcome.Delivery.EventType == EventTypes.EndpointTest;
        var attempts = isTest ? int.MaxValue : outcome.Delivery.Attempt - outcome.Delivery.AttemptsBefore;
        return new(outcome, Verdict.Of(outcome.Answer, attempts, _schedule, Random.Shared.NextDouble()));
    }

    private async Task SaveAsync(List<JudgedOutcome> judged)
    {
        var now = time.GetUtcNow();
        var completed = judged.ConvertAll(item => Completed(item, now));
        var succeeding = judged.Where(item => item.Verdict is Verdict.Delivered).Select(item => item.Delivery.EndpointId).ToHashSet();

        if (judged.TrueForAll(item => item.Verdict is Verdict.Delivered))
        {
            // The common case: one statement, which is its own transaction.
            await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
            await CompletionTable.CompleteAsync(connection, completed, [.. succeeding.Order()], now);
            return;
        }
        await failures.SaveAsync(judged, completed, succeeding, now);
        work.Set(); // what failed may come due before the worker would look
    }

    private static CompletedAttempt Completed(JudgedOutcome item, DateTimeOffset now) => new(
        item.Delivery.Id,
        item.Delivery.LeaseId,
        item.Delivery.Attempt,
        item.Verdict switch { Verdict.Delivered => "delivered", Verdict.Again => "pending", _ => "dead" },
        item.Verdict is Verdict.Again again ? now + again.Pause : now,
        item.Outcome.Answer.Status,
        item.Outcome.Answer.Error,
        item.Outcome.StartedAt,
        (int)item.Outcome.Duration.TotalMilliseconds,
        item.Outcome.Answer.Response);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Count} outcomes could not be saved yet")]
        public static partial void NotSaved(ILogger logger, int count, Exception exception);
    }
}
