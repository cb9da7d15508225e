using System.Diagnostics.Metrics;

namespace MjAspire.ServiceDefaults;

/// <summary>How the outbox keeps up.</summary>
internal sealed class OutboxMetrics
{
    private readonly Counter<int> _published;
    private readonly Counter<int> _refused;
    private readonly Histogram<double> _lag;

    public OutboxMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Prefix + "Outbox");
        _published = meter.CreateCounter<int>("mjaspire.outbox.published", "{message}", "Messages confirmed by the broker.");
        _refused = meter.CreateCounter<int>("mjaspire.outbox.refused", "{message}", "Publishes the broker did not confirm; the messages stay.");
        _lag = meter.CreateHistogram<double>("mjaspire.outbox.lag", "s", "Age of the oldest message of a batch when the batch was confirmed.");
    }

    public void Published(int published, int refused, TimeSpan lag)
    {
        _published.Add(published);
        _refused.Add(refused);
        _lag.Record(lag.TotalSeconds);
    }
}
