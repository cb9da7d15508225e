using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using MjAspire.McpGateway.Keys;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Live;

/// <summary>
/// <c>/ws?job_id=…&amp;last_event_id=…</c>: the same events as text messages:
/// <code>
/// {"id":"1795157023123.3f9a0c1d.42","type":"job.completed","data":{"job_id":"...","status":"completed",...}}
/// </code>
/// Web pages cannot set headers here; they offer the key as a subprotocol: <c>new WebSocket(url, ["mjaspire", "bearer.mjk_..."])</c>.
/// </summary>
internal static class WebSockets
{
    public const string Protocol = "mjaspire";
    public const string KeyProtocol = "bearer.";

    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(5);

    public static async Task HandleAsync(
        HttpContext context, ClaimsPrincipal caller, JobFeed feed, TimeProvider time, Guid? job_id = null, string? last_event_id = null)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            await Problems.Of(StatusCodes.Status426UpgradeRequired, "E_UPGRADE_REQUIRED", "This address speaks WebSocket; GET /events is the same over HTTP.")
                .ExecuteAsync(context);
            return;
        }
        using var reader = feed.Read(caller.OwnerId(), job_id, EventId.Read(last_event_id));
        if (reader is null)
        {
            await LiveRoutes.TooMany(context).ExecuteAsync(context);
            return;
        }

        var offered = context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol, StringComparer.Ordinal);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(offered ? Protocol : null);
        using var ending = Streaming.EndOf(reader, context);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var listening = ListenAsync(socket, ending, gone.Token);
        try
        {
            await foreach (var next in Streaming.ReadAsync(reader, context, time, ending.Token))
                if (next is not null) // signs of life are the socket's own pings
                    await socket.SendAsync(Message(next), WebSocketMessageType.Text, endOfMessage: true, ending.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The reader went, or was too slow.
        }
        await CloseAsync(socket, reader.Dropped.IsCancellationRequested, context, time);

        // The other side says farewell too; cancelling what is being received would cut it off.
        await Task.WhenAny(listening, Task.Delay(Parting, time, CancellationToken.None));
        await gone.CancelAsync();
        await listening;
    }

    private static ReadOnlyMemory<byte> Message(LiveEvent next) =>
        Encoding.UTF8.GetBytes($$"""{"id":"{{next.Id}}","type":"{{next.Type}}","data":{{next.Data}}}""");

    /// <summary>Nothing is expected of the other side but that it goes some day.</summary>
    private static async Task ListenAsync(WebSocket socket, CancellationTokenSource ending, CancellationToken cancellationToken)
    {
        var buffer = new byte[1_024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // It went without a farewell.
        }
        await ending.CancelAsync();
    }

    private static async Task CloseAsync(WebSocket socket, bool tooSlow, HttpContext context, TimeProvider time)
    {
        if (tooSlow || socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            socket.Abort(); // a farewell would have to wait behind what is not read
            return;
        }

        using var patience = new CancellationTokenSource(Parting, time);
        try
        {
            var (status, reason) = Reason(socket, context);
            await socket.CloseOutputAsync(status, reason, patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            socket.Abort();
        }
    }

    private static (WebSocketCloseStatus, string) Reason(WebSocket socket, HttpContext context) => socket.State switch
    {
        WebSocketState.CloseReceived => (WebSocketCloseStatus.NormalClosure, ""),
        _ when Streaming.IsStopping(context) => (WebSocketCloseStatus.EndpointUnavailable, "This replica stops. Come back."),
        _ => (WebSocketCloseStatus.PolicyViolation, "The key is not good any more."),
    };
}
