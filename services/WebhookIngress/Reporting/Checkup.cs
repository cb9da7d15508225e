using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MjAspire.WebhookIngress.Reporting;

/// <summary>The health checks' answer, at most a second old: anyone may ask for it as often as they like, and the dependencies shall not feel it.</summary>
internal sealed class Checkup(HealthCheckService health, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<HealthReport>? _latest;
    private long _askedAt;

    public Task<HealthReport> GetAsync()
    {
        lock (_lock)
        {
            if (_latest is null || (_latest.IsCompleted && time.GetElapsedTime(_askedAt) > Lifetime))
            {
                _askedAt = time.GetTimestamp();
                _latest = health.CheckHealthAsync();
            }
            return _latest;
        }
    }
}
