using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// The transport of 2024-11-05, for clients that know no other. It needs the replica that holds its stream:
/// <code>
/// GET /sse                         event: endpoint   data: /sse?sessionId=...        then one event a message
/// POST /sse?sessionId=...          one JSON-RPC message; 202, its answer comes on the stream
/// </code>
/// A POST without a session is Streamable HTTP at another address.
/// </summary>
internal sealed class SseEndpoint(McpEndpoint streamable, ClientSessions sessions, OriginGuard guard, IHostApplicationLifetime lifetime)
{
    private const string SessionParameter = "sessionId";

    public async Task GetAsync(HttpContext context)
    {
        if (guard.Check(context.Request) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        McpEndpoint.BeginEventStream(context);
        var path = $"{context.Request.PathBase}{context.Request.Path}?{SessionParameter}=";
        if (sessions.Open(context.User, id => new SseResponseStreamTransport(context.Response.Body, path + id, id)) is not { } session)
        {
            await new McpRefusal(503, McpErrorCode.InvalidRequest, "Too many streams are open. Use /mcp, or try again later.").WriteAsync(context);
            return;
        }

        using var use = session.BeginUse();
        using var open = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ending, lifetime.ApplicationStopping);
        try
        {
            await ((SseResponseStreamTransport)session.Transport).RunAsync(open.Token);
        }
        catch (OperationCanceledException) when (open.IsCancellationRequested)
        {
            // Either side ended it.
        }
        finally
        {
            await sessions.EndAsync(session.Id);
        }
    }

    public async Task PostAsync(HttpContext context)
    {
        if (context.Request.Query[SessionParameter].ToString() is not { Length: > 0 } id)
        {
            await streamable.PostAsync(context);
            return;
        }

        if (guard.Check(context.Request) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        if (sessions.Find(id, context.User).Session is not { Transport: SseResponseStreamTransport transport } session)
        {
            await new McpRefusal(404, McpErrorCode.InvalidRequest, "There is no such session here. Open GET /sse again.").WriteAsync(context);
            return;
        }

        var (message, unreadable) = await McpMessages.ReadAsync(context);
        if (message is null)
        {
            await unreadable!.WriteAsync(context);
            return;
        }

        message.Context!.Items = new Dictionary<string, object?>(StringComparer.Ordinal) { [McpProtocol.SessionItem] = session };
        await transport.OnMessageReceivedAsync(message, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }
}
