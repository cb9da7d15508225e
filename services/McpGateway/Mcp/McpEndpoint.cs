using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// Streamable HTTP over <see cref="StreamableHttpServerTransport"/>: one POST, one JSON-RPC message. In the new era every request stands
/// alone and any replica can answer it. In the old era <c>initialize</c> opens a session, which is used where it is found and done without
/// where it is not.
/// </summary>
internal sealed class McpEndpoint(
    McpServers servers, ClientSessions sessions, KeptLists lists, OriginGuard guard, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
{
    public async Task PostAsync(HttpContext context)
    {
        if ((guard.Check(context.Request) ?? McpMessages.CheckMediaTypes(context.Request)) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var (message, unreadable) = await McpMessages.ReadAsync(context);
        if (message is null)
        {
            await unreadable!.WriteAsync(context);
            return;
        }

        if (HeaderGate.Check(context.Request.Headers, message) is { } mismatch)
        {
            await mismatch.WriteAsync(context, (message as JsonRpcRequest)?.Id ?? default);
            return;
        }

        await ServeAsync(context, message);
    }

    /// <summary>The stream for messages no request asked for; sessions have it.</summary>
    public async Task GetAsync(HttpContext context)
    {
        if (guard.Check(context.Request) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var (session, isGood) = FindSession(context);
        if (session is null)
        {
            await (isGood is false ? Unknown : NotAllowed(context)).WriteAsync(context);
            return;
        }

        BeginEventStream(context);
        using var use = session.BeginUse();
        using var open = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ending, lifetime.ApplicationStopping);
        try
        {
            await context.Response.Body.FlushAsync(open.Token);
            await ((StreamableHttpServerTransport)session.Transport).HandleGetRequestAsync(context.Response.Body, open.Token);
        }
        catch (OperationCanceledException) when (open.IsCancellationRequested)
        {
            // Either side ended it.
        }
        catch (InvalidOperationException) when (!context.Response.HasStarted || !open.IsCancellationRequested)
        {
            // One such stream a session: the transport refuses a second.
            context.Abort();
        }
    }

    /// <summary>The client is done with its session.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var refusal = guard.Check(context.Request) ?? FindSession(context) switch
        {
            (_, null) => NotAllowed(context),
            (_, false) => Unknown,
            _ => null,
        };
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        await sessions.EndAsync(context.Request.Headers[McpProtocol.SessionHeader].ToString());
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static McpRefusal Unknown { get; } = new(404, McpErrorCode.InvalidRequest, "There is no such session. Begin another one with initialize.");

    private static McpRefusal NotAllowed(HttpContext context)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        return new(405, McpErrorCode.InvalidRequest, "Only POST is served without a session.");
    }

    /// <summary>No session was named: (null, null).</summary>
    private (ClientSession? Session, bool? IsGood) FindSession(HttpContext context)
    {
        var id = context.Request.Headers[McpProtocol.SessionHeader].ToString();
        return id.Length == 0 || McpProtocol.IsStateless(context.Request.Headers[McpProtocol.VersionHeader]) ? (null, null) : sessions.Find(id, context.User);
    }

    private async Task ServeAsync(HttpContext context, JsonRpcMessage message)
    {
        var (session, isGood) = FindSession(context);
        if (isGood is false)
        {
            await Unknown.WriteAsync(context, (message as JsonRpcRequest)?.Id ?? default);
            return;
        }

        if (session is null && isGood is null && message is JsonRpcRequest { Method: RequestMethods.Initialize }
            && !McpProtocol.IsStateless(message.Context?.ProtocolVersion))
            session = sessions.Open(context.User, id => new StreamableHttpServerTransport(loggers) { SessionId = id, FlowExecutionContextFromRequests = true });

        if (session is null)
            await ServeAloneAsync(context, message);
        else
            await ServeInSessionAsync(context, session, message);
    }

    private async Task ServeAloneAsync(HttpContext context, JsonRpcMessage message)
    {
        if (await lists.TryAnswerAsync(context, message, session: null))
            return;

        await using var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = servers.ForRequest(transport, context.RequestServices);
        var serving = server.RunAsync(context.RequestAborted);
        await ExchangeAsync(context, transport, message, session: null);

        // The reader sees the end of its messages rather than a cancellation.
        await transport.DisposeAsync();
        try
        {
            await serving;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // See ExchangeAsync.
        }
    }

    private async Task ServeInSessionAsync(HttpContext context, ClientSession session, JsonRpcMessage message)
    {
        using var use = session.BeginUse();
        context.Response.Headers[McpProtocol.SessionHeader] = session.Id;
        if (await lists.TryAnswerAsync(context, message, session))
            return;

        message.Context!.Items = new Dictionary<string, object?>(StringComparer.Ordinal) { [McpProtocol.SessionItem] = session };
        if (!await ExchangeAsync(context, (StreamableHttpServerTransport)session.Transport, message, session)
            && message is JsonRpcRequest { Method: RequestMethods.Initialize })
            await sessions.CloseAsync(session.Id);
    }

    /// <returns>Whether the exchange came to its end.</returns>
    private async Task<bool> ExchangeAsync(
        HttpContext context, StreamableHttpServerTransport transport, JsonRpcMessage message, ClientSession? session)
    {
        BeginEventStream(context);
        using var list = KeptLists.KeyOf(message, session) is null ? null : new MemoryStream();
        await using var answer = new AnswerStream(list ?? context.Response.Body);
        var isStateless = McpProtocol.IsStateless(message.Context?.ProtocolVersion);
        try
        {
            // In the new era the first message decides the status, so nothing is flushed before it. In the old one headers go out at once.
            var answered = await transport.HandlePostRequestAsync(
                message,
                answer,
                first =>
                {
                    answer.IsLast = first is JsonRpcResponse or JsonRpcError;
                    if (isStateless)
                        ChooseStatus(context.Response, first);
                    return ValueTask.CompletedTask;
                },
                context.RequestAborted);
            if (!answered)
            {
                context.Response.Headers.ContentType = default;
                context.Response.StatusCode = StatusCodes.Status202Accepted;
            }
            if (list is not null)
            {
                lists.Keep(message, session, list.ToArray());
                await context.Response.Body.WriteAsync(list.ToArray(), context.RequestAborted);
            }
            return true;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client closed the stream: that cancels its call. What the call has started, a job, goes on.
            return false;
        }
        catch (JsonException) when (message is JsonRpcRequest { Method: RequestMethods.Initialize } && !context.Response.HasStarted)
        {
            // The transport reads this method's parameters itself, and lets us have its surprise.
            context.Response.Headers.Remove(McpProtocol.SessionHeader);
            await McpRefusal.BadRequest(McpErrorCode.InvalidParams, "The parameters of initialize cannot be read.")
                .WriteAsync(context, ((JsonRpcRequest)message).Id);
            return false;
        }
    }

    public static void BeginEventStream(HttpContext context)
    {
        context.Response.Headers.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx and its kin would hold events back
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    private static void ChooseStatus(HttpResponse response, JsonRpcMessage? first)
    {
        if (first is JsonRpcError { Error.Code: var code } && !response.HasStarted)
        {
            response.StatusCode = (McpErrorCode)code switch
            {
                McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
                McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion
                    => StatusCodes.Status400BadRequest,
                _ => response.StatusCode,
            };
        }
    }
}
