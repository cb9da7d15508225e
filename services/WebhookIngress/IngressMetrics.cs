using System.Diagnostics.Metrics;
using MjAspire.ServiceDefaults;

namespace MjAspire.WebhookIngress;

/// <summary>What became of the callbacks. A provider's name is only counted once the callback was believed: before, it is anyone's text.</summary>
internal sealed class IngressMetrics
{
    private const string Unverified = "unverified";
    private readonly Counter<int> _callbacks;
    private readonly Counter<int> _withoutCache;

    public IngressMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Prefix + "WebhookIngress");
        _callbacks = meter.CreateCounter<int>("mjaspire.ingress.callbacks", "{callback}", "Callbacks, by provider and outcome: queued, duplicate, refused, too_large, broken_off, unavailable.");
        _withoutCache = meter.CreateCounter<int>("mjaspire.ingress.without_cache", "{operation}", "Questions to Redis that were given up; the callback went on.");
    }

    public void Refused() => Count(Unverified, "refused");

    public void TooLarge(string provider) => Count(provider, "too_large");

    public void BrokenOff(string provider) => Count(provider, "broken_off");

    public void Received(string provider, Receiving.Outcome outcome) => Count(provider, outcome switch
    {
        Receiving.Outcome.Queued => "queued",
        Receiving.Outcome.Duplicate => "duplicate",
        _ => "unavailable",
    });

    public void WithoutCache() => _withoutCache.Add(1);

    private void Count(string provider, string outcome) => _callbacks.Add(1, new("provider", provider), new("outcome", outcome));
}
