using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// The sessions of this replica. They are a convenience (server-to-client requests, subscriptions), never a need: when there are too many,
/// or when one is idle, lost with its replica or asked for at another, its client is served without, request by request.
/// </summary>
internal sealed partial class ClientSessions(
    McpServers servers, SessionIds ids, IOptions<McpSettings> settings, GatewayMetrics metrics, TimeProvider time, ILogger<ClientSessions> logger)
    : BackgroundService
{
    /// <summary>Ids of ended sessions are kept this long, so that their clients learn it.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);
    private readonly MemoryCache _ended = new(new MemoryCacheOptions { SizeLimit = 10_000 });
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Opens a session over a transport; null when there are too many.</summary>
    public ClientSession? Open(ClaimsPrincipal user, Func<string, ITransport> transport)
    {
        var owner = SessionIds.OwnerOf(user);
        if (_sessions.Values.Count(session => session.Owner == owner) >= settings.Value.MostSessionsPerOwner)
            return null;
        if (Interlocked.Increment(ref _count) > settings.Value.MostSessions)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var id = ids.New(user);
        var made = transport(id);
        var session = new ClientSession(id, owner, made, servers.ForSession(made), time);
        _sessions[id] = session;
        metrics.Sessions(1);
        session.Start();
        return session;
    }

    /// <returns>
    /// The session; with none, whether the id is good nevertheless: given out to this user, by another replica or a while ago, and not ended.
    /// </returns>
    public (ClientSession? Session, bool IsGood) Find(string id, ClaimsPrincipal user)
    {
        if (!ids.IsOurs(id, user) || _ended.TryGetValue(id, out _))
            return (null, false);
        return (_sessions.GetValueOrDefault(id), true);
    }

    /// <summary>Its client wants it no more.</summary>
    public async Task EndAsync(string id)
    {
        _ended.Set(id, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
        await CloseAsync(id);
    }

    /// <summary>It is given up here; its client may go on without.</summary>
    public async Task CloseAsync(string id)
    {
        if (!_sessions.TryRemove(id, out var session))
            return;

        Interlocked.Decrement(ref _count);
        metrics.Sessions(-1);
        await session.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.Value.SweepEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await SweepAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            foreach (var id in _sessions.Keys)
                await CloseAsync(id);
        }
    }

    private async Task SweepAsync()
    {
        foreach (var session in _sessions.Values.Where(session => session.IsIdleFor(settings.Value.SessionIdle)))
        {
            await CloseAsync(session.Id);
            Log.Idle(logger, Count);
        }
    }

    public override void Dispose()
    {
        _ended.Dispose();
        base.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "An idle session was closed; {Count} are open")]
        public static partial void Idle(ILogger logger, int count);
    }
}
