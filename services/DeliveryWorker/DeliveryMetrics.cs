using System.Diagnostics;
using System.Diagnostics.Metrics;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker;

/// <summary>Success rate, attempt time, errors by endpoint, queue depth and age, dead letters.</summary>
internal sealed class DeliveryMetrics
{
    private readonly Counter<int> _planned;
    private readonly Histogram<double> _attempts;
    private readonly Counter<int> _failures;
    private readonly Counter<int> _exhausted;
    private readonly Counter<int> _disabled;
    private readonly Gauge<int> _underWay;
    private readonly Gauge<long> _pending;
    private readonly Gauge<long> _due;
    private readonly Gauge<double> _age;

    public DeliveryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Prefix + "Delivery");
        _planned = meter.CreateCounter<int>("mjaspire.delivery.planned", "{delivery}", "Deliveries planned, by event type.");
        _attempts = meter.CreateHistogram<double>("mjaspire.delivery.attempt.duration", "s", "Attempts, by event type and outcome.");
        _failures = meter.CreateCounter<int>("mjaspire.delivery.failures", "{attempt}", "Failed attempts, by endpoint.");
        _exhausted = meter.CreateCounter<int>("mjaspire.delivery.exhausted", "{delivery}", "Deliveries that became dead letters.");
        _disabled = meter.CreateCounter<int>("mjaspire.delivery.endpoints.disabled", "{endpoint}", "Endpoints disabled by their answers.");
        _underWay = meter.CreateGauge<int>("mjaspire.delivery.under_way", "{attempt}", "Attempts under way in this replica.");
        _pending = meter.CreateGauge<long>("mjaspire.delivery.pending", "{delivery}", "Deliveries waiting, retries included.");
        _due = meter.CreateGauge<long>("mjaspire.delivery.due", "{delivery}", "Deliveries that could be attempted now.");
        _age = meter.CreateGauge<double>("mjaspire.delivery.due.age", "s", "How long the oldest of them has been due.");
    }

    public void Planned(string eventType, int deliveries) => _planned.Add(deliveries, new KeyValuePair<string, object?>("event.type", eventType));

    public void Attempted(Guid endpoint, string eventType, Answer answer, TimeSpan duration)
    {
        _attempts.Record(duration.TotalSeconds, new TagList
        {
            { "event.type", eventType },
            { "outcome", answer.IsSuccess ? "delivered" : "failed" },
            { "error.type", answer.IsSuccess ? null : answer.Error ?? $"{answer.Status}" },
        });
        if (!answer.IsSuccess)
            _failures.Add(1, new KeyValuePair<string, object?>("endpoint.id", endpoint));
    }

    public void Exhausted() => _exhausted.Add(1);

    public void Disabled() => _disabled.Add(1);

    public void UnderWay(int attempts) => _underWay.Record(attempts);

    public void Queue(QueueState state, DateTimeOffset now)
    {
        _pending.Record(state.Pending);
        _due.Record(state.Due);
        _age.Record(state.OldestDue is { } oldest ? (now - oldest).TotalSeconds : 0);
    }
}
