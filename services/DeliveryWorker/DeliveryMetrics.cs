using System.Diagnostics;
using System.Diagnostics.Metrics;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker;

/// <summary>Success rate, attempt time, errors by endpoint, queue depth and age, retries, dead letters.</summary>
internal sealed class DeliveryMetrics
{
    private readonly Counter<int> _planned;
    private readonly Histogram<double> _attempts;
    private readonly Counter<int> _byEndpoint;
    private readonly Counter<int> _retries;
    private readonly Counter<int> _exhausted;
    private readonly Counter<int> _disabled;
    private readonly Counter<int> _replayed;
    private readonly Counter<int> _cleaned;
    private readonly Gauge<int> _underWay;
    private volatile Depth? _queue;

    public DeliveryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Prefix + "Delivery");
        _planned = meter.CreateCounter<int>("mjaspire.delivery.planned", "{delivery}", "Deliveries planned, by event type.");
        _attempts = meter.CreateHistogram<double>("mjaspire.delivery.attempt.duration", "s", "Attempts, by event type and outcome.");
        _byEndpoint = meter.CreateCounter<int>("mjaspire.delivery.endpoint.attempts", "{attempt}", "Attempts, by endpoint and outcome.");
        _retries = meter.CreateCounter<int>("mjaspire.delivery.retries", "{attempt}", "Failed attempts that will be tried again.");
        _exhausted = meter.CreateCounter<int>("mjaspire.delivery.exhausted", "{delivery}", "Deliveries that became dead letters.");
        _disabled = meter.CreateCounter<int>("mjaspire.delivery.endpoints.disabled", "{endpoint}", "Endpoints disabled, by reason.");
        _replayed = meter.CreateCounter<int>("mjaspire.delivery.replayed", "{delivery}", "Deliveries made due again by their owners.");
        _cleaned = meter.CreateCounter<int>("mjaspire.delivery.cleaned", "{delivery}", "Deliveries taken away because they were old or their endpoint deleted.");
        _underWay = meter.CreateGauge<int>("mjaspire.delivery.under_way", "{attempt}", "Attempts under way in this replica.");
        meter.CreateObservableGauge("mjaspire.delivery.queue.depth", ObserveDepth, "{delivery}", "Deliveries waiting, by lane.");
        meter.CreateObservableGauge("mjaspire.delivery.queue.age", ObserveAge, "s", "How long the delivery that is overdue most has been due.");
    }

    private sealed record Depth(QueueState State, double Age);

    public void Planned(string eventType, int deliveries) => _planned.Add(deliveries, new KeyValuePair<string, object?>("event.type", eventType));

    public void Attempted(Guid endpoint, string eventType, Answer answer, TimeSpan duration)
    {
        var outcome = answer.IsSuccess ? "delivered" : "failed";
        _attempts.Record(duration.TotalSeconds, new TagList
        {
            { "event.type", eventType },
            { "outcome", outcome },
            { "error.type", answer.IsSuccess ? null : answer.Error ?? $"{answer.Status}" },
        });
        if (_byEndpoint.Enabled)
            _byEndpoint.Add(1, new("endpoint.id", endpoint), new("outcome", outcome));
    }

    public void Retrying(int attempts) => _retries.Add(attempts);

    public void Exhausted(int deliveries) => _exhausted.Add(deliveries);

    public void Disabled(string reason) => _disabled.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Replayed(int deliveries) => _replayed.Add(deliveries);

    public void Cleaned(int deliveries) => _cleaned.Add(deliveries);

    public void UnderWay(int attempts) => _underWay.Record(attempts);

    public void Queue(QueueState state, DateTimeOffset now) =>
        _queue = new(state, state.OldestDue is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0);

    /// <summary>Rather nothing than what was true once.</summary>
    public void QueueUnknown() => _queue = null;

    private IEnumerable<Measurement<long>> ObserveDepth() => _queue is { } queue
        ? [new(queue.State.First, new KeyValuePair<string, object?>("lane", "first")), new(queue.State.Retries, new KeyValuePair<string, object?>("lane", "retry"))]
        : [];

    private IEnumerable<Measurement<double>> ObserveAge() => _queue is { } queue ? [new(queue.Age)] : [];
}
