using System.Diagnostics.Metrics;

namespace MjAspire.ServiceDefaults;

/// <summary>How the outbox keeps up.</summary>
internal sealed class OutboxMetrics
{
    private readonly Counter<int> _published;
    private readonly Histogram<double> _lag;

    public OutboxMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Prefix + "Outbox");
        _published = meter.CreateCounter<int>("mjaspire.outbox.published", "{message}", "Messages confirmed by the broker.");
        _lag = meter.CreateHistogram<double>("mjaspire.outbox.lag", "s", "Age of the oldest message of a batch when the batch was confirmed.");
    }

    public void Published(int messages, TimeSpan lag)
    {
        _published.Add(messages);
        _lag.Record(lag.TotalSeconds);
    }
}
