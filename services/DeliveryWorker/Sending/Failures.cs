using Microsoft.Extensions.Options;
using MjAspire.Contracts.Delivery;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// Saves a batch in which something failed: what is disabled by it, what rests as a dead letter, and the messages that say so, in one transaction.
/// </summary>
internal sealed partial class Failures(Outbox outbox, IOptions<DeliveryOptions> options, DeliveryMetrics metrics, ILogger<Failures> logger)
{
    public async Task SaveAsync(
        List<JudgedOutcome> judged, List<CompletedAttempt> completed, IReadOnlySet<Guid> succeeding, DateTimeOffset now)
    {
        await using var transaction = await outbox.BeginAsync(CancellationToken.None);
        var saved = await CompletionTable.CompleteAsync(transaction.Connection, completed, [.. succeeding.Order()], now);
        var failing = await EndpointHealth.NoteFailuresAsync(transaction.Connection, CountFailures(judged, succeeding), now);

        var gone = judged.Where(item => item.Verdict is Verdict.Gone).Select(item => item.Delivery.EndpointId).ToHashSet();
        var spent = failing.Where(endpoint => IsSpent(endpoint, options.Value, now)).Select(endpoint => endpoint.Id).Except(gone).ToArray();
        await DisableAsync(transaction, [.. gone], "gone", now);
        await DisableAsync(transaction, spent, "failing", now);

        var exhausted = judged.FindAll(item => item.Verdict is Verdict.Exhausted && saved.Contains(item.Delivery.Id));
        foreach (var (delivery, recipient) in exhausted.Where(item => !EventTypes.IsNotice(item.Delivery.EventType)).Select(item => (item.Delivery, item.Outcome.Recipient)))
            transaction.Publish(new DeliveryExhausted(delivery.Id, delivery.EndpointId, recipient.OwnerId, delivery.EventType, delivery.Attempt, now));
        await transaction.CommitAsync(CancellationToken.None);

        metrics.Retrying(judged.Count(item => item.Verdict is Verdict.Again));
        metrics.Exhausted(exhausted.Count);
        foreach (var delivery in exhausted.Select(item => item.Delivery))
            Log.Exhausted(logger, delivery.Id, delivery.EndpointId, delivery.Attempt);
    }

    /// <summary>The rule over days, as data: only failures for long enough, and enough of them.</summary>
    public static bool IsSpent(FailingEndpoint endpoint, DeliveryOptions options, DateTimeOffset now) =>
        endpoint.IsEnabled && now - endpoint.FailingSince >= options.DisableAfter && endpoint.FailedAttempts >= options.DisableAfterAttempts;

    private static IEnumerable<(Guid, int)> CountFailures(List<JudgedOutcome> judged, IReadOnlySet<Guid> succeeding) =>
        from item in judged
        where item.Verdict is not Verdict.Delivered && !succeeding.Contains(item.Delivery.EndpointId)
        group item by item.Delivery.EndpointId into endpoint
        select (endpoint.Key, endpoint.Count());

    private async Task DisableAsync(OutboxTransaction transaction, Guid[] endpoints, string reason, DateTimeOffset now)
    {
        if (endpoints.Length == 0)
            return;
        foreach (var (id, owner) in await EndpointHealth.DisableAsync(transaction.Connection, endpoints, reason))
        {
            transaction.Publish(new EndpointDisabled(id, owner, reason, now));
            metrics.Disabled(reason);
            Log.Disabled(logger, id, reason);
        }
        await DeliveryTable.HoldAsync(transaction.Connection, endpoints);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Endpoint {Endpoint} is disabled: {Reason}")]
        public static partial void Disabled(ILogger logger, Guid endpoint, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Delivery {Delivery} to endpoint {Endpoint} rests as a dead letter after {Attempts} attempts")]
        public static partial void Exhausted(ILogger logger, Guid delivery, Guid endpoint, int attempts);
    }
}
