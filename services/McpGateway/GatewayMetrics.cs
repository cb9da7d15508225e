using System.Diagnostics.Metrics;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway;

/// <summary>What the gateway counts. Tags have few values; never a key, a prompt or an owner.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _authenticationFailures;
    private readonly Counter<long> _rateLimited;
    private readonly Counter<long> _auditOverflows;
    private readonly Counter<long> _readersDropped;
    private readonly Counter<long> _toolCalls;
    private readonly Counter<long> _upstreamFailures;
    private readonly UpDownCounter<long> _listeners;
    private readonly UpDownCounter<long> _sessions;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Telemetry.Prefix + "McpGateway");
        _authenticationFailures = Count("authentication_failures", "{request}", "Requests refused for their API key.");
        _rateLimited = Count("rate_limited", "{request}", "Requests refused by the rate limit.");
        _auditOverflows = Count("audit_overflows", "{entry}", "Notes of the audit log that had to go to the log instead.");
        _readersDropped = Count("readers_dropped", "{reader}", "Live streams closed because their reader was too slow.");
        _toolCalls = Count("tool_calls", "{call}", "MCP tool calls by tool and outcome.");
        _upstreamFailures = Count("upstream_failures", "{request}", "Forwarded requests a service did not answer.");
        _listeners = _meter.CreateUpDownCounter<long>("mjaspire.gateway.listeners", "{listener}", "Calls and streams that wait for news of jobs.");
        _sessions = _meter.CreateUpDownCounter<long>("mjaspire.gateway.sessions", "{session}", "MCP sessions that are open.");
    }

    /// <param name="reason">missing, unknown, expired or revoked.</param>
    public void AuthenticationFailed(string reason) => _authenticationFailures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void RateLimited() => _rateLimited.Add(1);

    public void AuditOverflowed() => _auditOverflows.Add(1);

    public void ReaderDropped() => _readersDropped.Add(1);

    /// <param name="tool">A tool that exists: names clients make up would make tags without end.</param>
    /// <param name="outcome"><c>ok</c> or an <c>E_*</c> code.</param>
    public void ToolCalled(string tool, string outcome) => _toolCalls.Add(1, new("tool", tool), new("outcome", outcome));

    public void UpstreamFailed(string service, string reason) => _upstreamFailures.Add(1, new("service", service), new("reason", reason));

    public void Listeners(int change) => _listeners.Add(change);

    public void Sessions(int change) => _sessions.Add(change);

    public void Dispose() => _meter.Dispose();

    private Counter<long> Count(string name, string unit, string description) =>
        _meter.CreateCounter<long>("mjaspire.gateway." + name, unit, description);
}
