using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MjAspire.McpGateway.Rest;

/// <param name="Name">A service, or something the gateway stands on.</param>
/// <param name="State">ok, slow (it works, not as it should) or away.</param>
internal sealed record PartState(string Name, string State);

/// <summary>How the system does, for the front page. Asked at most every few seconds, whoever looks.</summary>
internal sealed class SystemState(IHttpClientFactory clients, HealthCheckService health, TimeProvider time) : IDisposable
{
    public const string Client = "system-state";

    private const string Ok = "ok", Slow = "slow", Away = "away";
    private static readonly string[] Services = ["job-service", "image-store", "delivery-worker"];
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _asking = new(1);
    private IReadOnlyList<PartState> _known = [];
    private long _askedAt;

    public async Task<IReadOnlyList<PartState>> GetAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_known.Count == 0 || time.GetElapsedTime(_askedAt) > Fresh)
            {
                var services = await Task.WhenAll(Services.Select(AskAsync));
                var own = await health.CheckHealthAsync(check => !check.Tags.Contains("live"), CancellationToken.None);
                _known = [.. services, .. own.Entries.Select(entry => new PartState(NameOf(entry.Key), StateOf(entry.Value.Status)))];
                _askedAt = time.GetTimestamp();
            }
            return _known;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async Task<PartState> AskAsync(string service)
    {
        try
        {
            using var http = clients.CreateClient(Client);
            using var response = await http.GetAsync($"https+http://{service}/health");
            return new(service, response.IsSuccessStatusCode ? Ok : Slow);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return new(service, Away); // the page says it; whoever calls the service logs why
        }
    }

    private static string NameOf(string check) => check switch
    {
        "gateway" => "database",
        "cache" => "rate limits",
        _ when check.StartsWith("masstransit", StringComparison.OrdinalIgnoreCase) => "live events",
        _ => check,
    };

    private static string StateOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => Ok,
        HealthStatus.Degraded => Slow,
        _ => Away,
    };
}
