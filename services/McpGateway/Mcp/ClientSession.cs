using System.Collections.Concurrent;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>One client of the old era that is remembered: its server, and what it has subscribed to.</summary>
internal sealed class ClientSession(string owner)
{
    private McpServer? _server;

    public string Owner => owner;

    /// <summary>As its client knows it, with its signature; empty until it has begun.</summary>
    public string Id { get; private set; } = "";

    public bool HasBegun => _server is not null;

    public McpServer Server => _server ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>The deprecated transport's stream, where the session has it.</summary>
    public SseResponseStreamTransport? Stream { get; init; }

    /// <summary>By URI; they end with the session.</summary>
    public ConcurrentDictionary<string, IAsyncDisposable> Subscriptions { get; } = new(StringComparer.Ordinal);

    public async Task RunAsync(string id, McpServer server, CancellationToken ending)
    {
        (Id, _server) = (id, server);
        try
        {
            await server.RunAsync(ending);
        }
        finally
        {
            foreach (var subscription in Subscriptions.Values)
                await subscription.DisposeAsync();
        }
    }
}
