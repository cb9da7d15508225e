using System.Threading.Channels;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Delivery;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>One attempt and what came of it.</summary>
internal sealed record Outcome(ClaimedDelivery Delivery, Answer Answer, DateTimeOffset StartedAt, TimeSpan Duration);

/// <summary>
/// Saves what came of attempts, many in one transaction. While the database is away outcomes wait here, and attempts behind them;
/// what a crash loses is attempted again under the same webhook-id.
/// </summary>
internal sealed partial class Outcomes(
    Outbox outbox, WorkSignal work, IOptions<DeliveryOptions> options, DeliveryMetrics metrics, TimeProvider time, ILogger<Outcomes> logger)
    : BackgroundService
{
    private const int BatchSize = 200;
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
            await SaveAsync(batch);
            work.Set(); // a room may be free again that was not when the worker last looked
            return true;
        }
        catch (Exception error) // whatever is away comes back; the outcomes wait
        {
            Log.NotSaved(logger, batch.Count, error);
            return false;
        }
    }

    private async Task SaveAsync(List<Outcome> batch)
    {
        var now = time.GetUtcNow();
        var judged = batch.ConvertAll(outcome => (
            outcome.Delivery, outcome.Answer, Verdict: Verdict.Of(outcome.Answer, outcome.Delivery.Attempt, _schedule, Random.Shared.NextDouble())));

        await using var transaction = await outbox.BeginAsync(CancellationToken.None);
        var saved = await DeliveryTable.CompleteAsync(transaction.Connection, judged.ConvertAll(item => new CompletedDelivery(
            item.Delivery.Id,
            item.Delivery.LeaseId,
            item.Verdict switch { Verdict.Delivered => "delivered", Verdict.Again => "pending", _ => "dead" },
            item.Verdict is Verdict.Again again ? now + again.Pause : now,
            item.Answer.Status,
            item.Answer.Error,
            now)));
        await AttemptTable.AddAsync(transaction.Connection, batch.ConvertAll(outcome => new AttemptRow(
            outcome.Delivery.Id,
            outcome.Delivery.Attempt,
            outcome.StartedAt,
            (int)outcome.Duration.TotalMilliseconds,
            outcome.Answer.Status,
            outcome.Answer.Error,
            outcome.Answer.Response)));

        var gone = judged.Where(item => item.Verdict is Verdict.Gone).Select(item => item.Delivery.EndpointId).Distinct().ToArray();
        if (gone.Length > 0)
        {
            foreach (var (id, owner) in await EndpointTable.DisableAsync(transaction.Connection, gone, "gone"))
            {
                transaction.Publish(new EndpointDisabled(id, owner, "gone", now));
                metrics.Disabled();
                Log.Gone(logger, id);
            }
            await DeliveryTable.HoldAsync(transaction.Connection, gone);
        }
        foreach (var (delivery, _, _) in judged.Where(item => item.Verdict is Verdict.Exhausted && saved.Contains(item.Delivery.Id)))
        {
            transaction.Publish(new DeliveryExhausted(delivery.Id, delivery.EndpointId, delivery.OwnerId, delivery.EventType, delivery.Attempt, now));
            metrics.Exhausted();
            Log.Exhausted(logger, delivery.Id, delivery.EndpointId, delivery.Attempt);
        }
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Count} outcomes could not be saved yet")]
        public static partial void NotSaved(ILogger logger, int count, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Endpoint {Endpoint} answered 410 and is disabled")]
        public static partial void Gone(ILogger logger, Guid endpoint);

        [LoggerMessage(3, LogLevel.Warning, "Delivery {Delivery} to endpoint {Endpoint} rests as a dead letter after {Attempts} attempts")]
        public static partial void Exhausted(ILogger logger, Guid delivery, Guid endpoint, int attempts);
    }
}
