using System.Diagnostics.Metrics;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Receiving;

namespace MjAspire.WebhookIngress.Reporting;

/// <summary>What became of the callbacks. A provider's name is only counted once the callback was believed: before, it is anyone's text.</summary>
internal sealed class IngressMetrics
{
    private const string Unverified = "unverified";
    private readonly Counter<int> _callbacks;
    private readonly Histogram<double> _durations;
    private readonly Counter<int> _withoutCache;
    private readonly Counter<int> _remembered;
    private readonly Counter<int> _forgotten;
    private readonly Counter<int> _bodiesForgotten;

    public IngressMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Prefix + "WebhookIngress");
        _callbacks = meter.CreateCounter<int>("mjaspire.ingress.callbacks", "{callback}", "Callbacks, by provider and outcome: queued, duplicate, parked, refused ...");
        _durations = meter.CreateHistogram<double>("mjaspire.ingress.callback.duration", "s", "From a callback's arrival to its answer, by outcome.");
        _withoutCache = meter.CreateCounter<int>("mjaspire.ingress.without_cache", "{operation}", "Questions to Redis that were given up; the callback went on.");
        _remembered = meter.CreateCounter<int>("mjaspire.ingress.history.written", "{callback}", "Calls written to the history.");
        _forgotten = meter.CreateCounter<int>("mjaspire.ingress.history.dropped", "{callback}", "Calls the history has no room for, the database being away or slow.");
        _bodiesForgotten = meter.CreateCounter<int>("mjaspire.ingress.history.bodies_dropped", "{callback}", "Calls remembered without their body, for lack of memory.");
    }

    public void Received(string provider, Verdict verdict, TimeSpan took)
    {
        var isProven = verdict.Outcome is not (Outcome.Refused or Outcome.Forbidden or Outcome.Repelled or Outcome.TooLarge or Outcome.BrokenOff);
        _callbacks.Add(1, new("provider", isProven ? provider : Unverified), new("outcome", verdict.Word));
        _durations.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", verdict.Word));
    }

    public void WithoutCache() => _withoutCache.Add(1);

    public void Remembered(int count) => _remembered.Add(count);

    public void Forgotten(int count) => _forgotten.Add(count);

    public void BodyForgotten() => _bodiesForgotten.Add(1);
}
