using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>One client of the old era that is remembered: its server, what it has subscribed to, when it was last heard.</summary>
internal sealed class ClientSession(string id, string owner, ITransport transport, McpServer server, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private long _lastHeard = time.GetTimestamp();
    private int _open;
    private int _disposed;
    private Task _serving = Task.CompletedTask;

    public string Id => id;

    public string Owner => owner;

    public ITransport Transport => transport;

    public McpServer Server => server;

    /// <summary>By URI; they end with the session.</summary>
    public ConcurrentDictionary<string, IAsyncDisposable> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>Ends with the session.</summary>
    public CancellationToken Ending => _end.Token;

    public void Start() => _serving = server.RunAsync(_end.Token);

    /// <summary>While a request or stream of the session is open it is not idle.</summary>
    public Use BeginUse()
    {
        Interlocked.Increment(ref _open);
        return new(this);
    }

    public bool IsIdleFor(TimeSpan patience) => Volatile.Read(ref _open) == 0 && time.GetElapsedTime(Interlocked.Read(ref _lastHeard)) > patience;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        await _end.CancelAsync();
        foreach (var subscription in Subscriptions.Values)
            await subscription.DisposeAsync();
        await transport.DisposeAsync();
        await server.DisposeAsync();
        try
        {
            await _serving;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        _end.Dispose();
    }

    internal readonly struct Use(ClientSession session) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Exchange(ref session._lastHeard, session.Time.GetTimestamp());
            Interlocked.Decrement(ref session._open);
        }
    }

    private TimeProvider Time => time;
}
