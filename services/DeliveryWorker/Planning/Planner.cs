using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using Npgsql;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>
/// Turns what happens into deliveries and tells the worker. What comes in while a batch is being planned is the next batch, so a rush costs a
/// few statements for all of it, and a single event does not wait. At most as much waits here as consumers have in hand.
/// </summary>
internal sealed class Planner(EndpointTable endpoints, EventTable events, WorkSignal work, DeliveryMetrics metrics, TimeProvider time)
{
    private const int BatchSize = 100;

    /// <summary>From one batch to the next in a rush.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = [];
    private bool _isPlanning;

    /// <summary>To each endpoint of the owner that wants it; completes when that is durable. Harmless when repeated.</summary>
    public Task PlanAsync(Happening happening, CancellationToken cancellationToken)
    {
        var one = new Waiting(happening);
        lock (_lock)
        {
            _waiting.Enqueue(one);
            if (!_isPlanning)
            {
                _isPlanning = true;

                // A batch belongs to no message's trace.
                using (ExecutionContext.SuppressFlow())
                    _ = Task.Run(PlanWaitingAsync, CancellationToken.None);
            }
        }
        return one.Planned.Task.WaitAsync(cancellationToken);
    }

    private async Task PlanWaitingAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            var start = time.GetTimestamp();
            await PlanAsync(batch);
            if (batch.Count > 1 && Pace - time.GetElapsedTime(start) is var pause && pause > TimeSpan.Zero)
                await Task.Delay(pause, time);
        }
    }

    private List<Waiting> Take()
    {
        lock (_lock)
        {
            var batch = new List<Waiting>();
            while (batch.Count < BatchSize && _waiting.TryDequeue(out var one))
                batch.Add(one);
            _isPlanning = batch.Count > 0;
            return batch;
        }
    }

    /// <summary>Every error goes to who waits, whose message is then tried again.</summary>
    private async Task PlanAsync(List<Waiting> batch)
    {
        try
        {
            await SaveAsync(batch.ConvertAll(one => one.Happening));
            batch.ForEach(one => one.Planned.SetResult());
        }
        catch (Exception error) when (batch.Count > 1 && error is not NpgsqlException { IsTransient: true })
        {
            // One of them cannot be planned. It shall fail alone.
            foreach (var one in batch)
                await PlanAsync([one]);
        }
        catch (Exception error)
        {
            batch.ForEach(one => one.Planned.SetException(error));
        }
    }

    private async Task SaveAsync(List<Happening> happenings)
    {
        JobOwner[] newJobs =
        [
            .. from happening in happenings
               where happening is { IsJobNew: true, JobId: not null, OwnerId: not null }
               select new JobOwner(happening.JobId!.Value, happening.OwnerId!.Value),
        ];
        var asked = happenings.ConvertAll(happening =>
            (Happening: happening, OwnerId: happening.OwnerId ?? Array.Find(newJobs, job => job.JobId == happening.JobId)?.OwnerId));
        var wanting = (await endpoints.FindWantingAsync(
            [.. asked.Select(one => one.OwnerId).OfType<Guid>().Distinct()],
            [.. asked.Where(one => one.OwnerId is null).Select(one => one.Happening.JobId).OfType<Guid>().Distinct()],
            [.. happenings.Select(happening => happening.Type).Distinct().SelectMany(EventTypes.Patterns).Distinct()],
            CancellationToken.None)).ToLookup(endpoint => endpoint.AskedFor);

        var now = time.GetUtcNow();
        var planned = asked
            .SelectMany(one => Plan(one.Happening, wanting[one.OwnerId ?? one.Happening.JobId!.Value], now))
            .DistinctBy(delivery => (delivery.Event.Id, delivery.EndpointId)) // a message may come twice in one batch, too
            .ToArray();
        var added = await events.AddAsync(newJobs, planned, now, lease: null, CancellationToken.None);
        if (added.Count == 0)
            return;
        foreach (var type in added.CountBy(delivery => delivery.Event.Type))
            metrics.Planned(type.Key, type.Value);
        work.Set();
    }

    private static IEnumerable<PlannedDelivery> Plan(Happening happening, IEnumerable<WantingEndpoint> endpoints, DateTimeOffset now)
    {
        var patterns = EventTypes.Patterns(happening.Type);
        WebhookEvent? told = null;
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Id != happening.Except && endpoint.Events.Any(patterns.Contains))
                yield return PlannedDelivery.Of(told ??= happening.Tell(endpoint.OwnerId), endpoint, now);
        }
    }

    private sealed record Waiting(Happening Happening)
    {
        public TaskCompletionSource Planned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
