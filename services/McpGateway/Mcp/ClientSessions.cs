using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// The sessions of this replica; the SDK keeps them and gives up the idle ones. They are a convenience (server-to-client requests,
/// subscriptions), never a need: when there are too many, or when one is idle, lost with its replica or asked for at another, its client is
/// served without, request by request.
/// </summary>
internal sealed class ClientSessions(SessionIds ids, IOptions<McpSettings> settings, GatewayMetrics metrics) : IDisposable
{
    /// <summary>Ids of ended sessions are kept this long, so that their clients learn it.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly HashSet<ClientSession> _entered = [];
    private readonly ConcurrentDictionary<string, ClientSession> _begun = new(StringComparer.Ordinal);
    private readonly MemoryCache _ended = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    public int Count
    {
        get
        {
            lock (_entered)
                return _entered.Count;
        }
    }

    /// <returns>A session that is about to begin; null when there are too many.</returns>
    public ClientSession? TryEnter(ClaimsPrincipal user, SseResponseStreamTransport? stream = null)
    {
        var session = new ClientSession(SessionIds.OwnerOf(user)) { Stream = stream };
        lock (_entered)
        {
            if (_entered.Count >= settings.Value.MostSessions
                || _entered.Count(other => other.Owner == session.Owner) >= settings.Value.MostSessionsPerOwner)
                return null;
            _entered.Add(session);
        }
        metrics.Sessions(1);
        return session;
    }

    public void Leave(ClientSession session)
    {
        lock (_entered)
        {
            if (!_entered.Remove(session))
                return;
        }
        metrics.Sessions(-1);
    }

    /// <summary>Serves a session until it ends; its request says which, see <see cref="Name"/>.</summary>
    public async Task RunAsync(HttpContext context, McpServer server, CancellationToken ending)
    {
        var (session, chance) = (context.Features.GetRequiredFeature<ClientSession>(), server.SessionId!);
        _begun[chance] = session;
        try
        {
            await session.RunAsync(ids.Of(chance, context.User), server, ending);
        }
        finally
        {
            _begun.TryRemove(chance, out _);
            Leave(session);
        }
    }

    /// <summary>The SDK knows a session by the part of its id that the signature covers: so the request tells it, and the answer tells the client.</summary>
    public static void Name(HttpContext context, ClientSession session)
    {
        context.Features.Set(session);
        if (session.HasBegun)
            context.Request.Headers[McpProtocol.SessionHeader] = session.Server.SessionId;
        context.Response.OnStarting(() =>
        {
            if (context.Response.Headers.ContainsKey(McpProtocol.SessionHeader))
                context.Response.Headers[McpProtocol.SessionHeader] = session.Id;
            return Task.CompletedTask;
        });
    }

    /// <returns>
    /// The session; with none, whether the id is good nevertheless: given out to this user, by another replica or a while ago, and not ended.
    /// </returns>
    public (ClientSession? Session, bool IsGood) Find(string id, ClaimsPrincipal user) =>
        ids.Read(id, user) is not { } chance || _ended.TryGetValue(id, out _) ? (null, false) : (_begun.GetValueOrDefault(chance), true);

    /// <returns>Null for a server that serves one request.</returns>
    public ClientSession? Of(McpServer server) => server.SessionId is { } id ? _begun.GetValueOrDefault(id) : null;

    /// <summary>Its client wants it no more: nothing is served under this id again.</summary>
    public void End(string id) => _ended.Set(id, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });

    public void Dispose() => _ended.Dispose();
}
