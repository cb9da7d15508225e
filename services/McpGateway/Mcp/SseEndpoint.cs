using System.Text.Json;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Live;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// The transport of 2024-11-05, for clients that know no other. It needs the replica that holds its stream:
/// <code>
/// GET /sse                         event: endpoint   data: /sse?sessionId=...        then one event a message
/// POST /sse?sessionId=...          one JSON-RPC message; 202, its answer comes on the stream
/// </code>
/// A POST without a session is Streamable HTTP at another address. (The SDK's own would have POSTs go to an address beside it, and takes what
/// it cannot read for its own failure.)
/// </summary>
internal sealed class SseEndpoint(
    McpGate streamable, ClientSessions sessions, SessionIds ids, OriginGuard guard, IOptions<McpServerOptions> options, IOptions<McpSettings> settings,
    IHostApplicationLifetime lifetime, ILoggerFactory loggers)
{
    private const string SessionParameter = "sessionId";

    public async Task GetAsync(HttpContext context)
    {
        if (guard.Check(context.Request) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var chance = SessionIds.NewChance();
        await using var transport = new SseResponseStreamTransport(
            context.Response.Body, $"{context.Request.PathBase}{context.Request.Path}?{SessionParameter}={ids.Of(chance, context.User)}", chance);
        if (sessions.TryEnter(context.User, transport) is not { } session)
        {
            await new McpRefusal(503, McpErrorCode.InvalidRequest, "Too many streams are open. Use /mcp, or try again later.").WriteAsync(context);
            return;
        }

        ServerSentEvents.Begin(context);
        context.Features.Set(session);
        using var open = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await using var server = McpServer.Create(transport, options.Value, loggers, context.RequestServices);
        try
        {
            await Task.WhenAll(transport.RunAsync(open.Token), sessions.RunAsync(context, server, open.Token));
        }
        catch (OperationCanceledException) when (open.IsCancellationRequested)
        {
            // Either side ended it.
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

        if (sessions.Find(id, context.User).Session?.Stream is not { } stream)
        {
            await new McpRefusal(404, McpErrorCode.InvalidRequest, "There is no such session here. Open GET /sse again.").WriteAsync(context);
            return;
        }

        var (message, unreadable) = await ReadAsync(context);
        if (message is null)
        {
            await unreadable!.WriteAsync(context);
            return;
        }

        await stream.OnMessageReceivedAsync(message, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task<(JsonRpcMessage? Message, McpRefusal? Refusal)> ReadAsync(HttpContext context)
    {
        if (await SentMessage.ReadAsync(context, settings.Value.MaxBodyBytes) is (_, { } unreadable))
            return (null, unreadable);
        try
        {
            if (await context.Request.ReadFromJsonAsync<JsonRpcMessage>(McpJsonUtilities.DefaultOptions, context.RequestAborted) is { } message)
            {
                message.Context = new() { User = context.User };
                return (message, null);
            }
        }
        catch (JsonException)
        {
            // JSON, but no message.
        }
        return (null, McpRefusal.BadRequest(McpErrorCode.InvalidRequest, "The body is not one JSON-RPC message."));
    }
}
