using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// Streamable HTTP over <see cref="StreamableHttpServerTransport"/>: one POST, one JSON-RPC message, one short-lived server.
/// Nothing is remembered between requests, in either era, so any replica can answer any of them. (Sessions, should an old client
/// need server-to-client requests, would be a second way to come by the server in <see cref="ExchangeAsync"/>; all around it stays.)
/// </summary>
internal sealed class McpEndpoint(IOptions<McpServerOptions> options, OriginGuard guard, ILoggerFactory loggers)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue EventStream = new("text/event-stream");

    public async Task PostAsync(HttpContext context)
    {
        if ((guard.Check(context.Request) ?? CheckMediaTypes(context.Request)) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var (message, unreadable) = await ReadAsync(context);
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

        await ExchangeAsync(context, message);
    }

    /// <summary>A stream for unsolicited messages (GET) or the end of a session (DELETE): there are none here.</summary>
    public static Task NotAllowedAsync(HttpContext context)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        return new McpRefusal(405, McpErrorCode.InvalidRequest, "Only POST is served here; there are no sessions.").WriteAsync(context);
    }

    private static McpRefusal? CheckMediaTypes(HttpRequest request)
    {
        // The answer may be either, and which one is known only once it begins: a client must be ready for both.
        var accepted = request.GetTypedHeaders().Accept;
        if (!accepted.Any(type => Json.IsSubsetOf(type)) || !accepted.Any(type => EventStream.IsSubsetOf(type)))
            return new(406, McpErrorCode.InvalidRequest, "Accept must name both application/json and text/event-stream.");

        return request.HasJsonContentType() ? null : new(415, McpErrorCode.InvalidRequest, "Content-Type must be application/json.");
    }

    private static async Task<(JsonRpcMessage? Message, McpRefusal? Refusal)> ReadAsync(HttpContext context)
    {
        JsonRpcMessage? message;
        try
        {
            message = await context.Request.ReadFromJsonAsync<JsonRpcMessage>(McpJsonUtilities.DefaultOptions, context.RequestAborted);
        }
        catch (JsonException e)
        {
            var position = $"line {e.LineNumber}, byte {e.BytePositionInLine}";
            return (null, McpRefusal.BadRequest(McpErrorCode.ParseError, $"The body is not one JSON-RPC message ({position})."));
        }
        catch (BadHttpRequestException e)
        {
            return (null, new(e.StatusCode, McpErrorCode.InvalidRequest, e.Message));
        }

        if (message is null)
            return (null, McpRefusal.BadRequest(McpErrorCode.InvalidRequest, "The body is not one JSON-RPC message."));

        var version = context.Request.Headers[McpProtocol.VersionHeader].ToString();
        message.Context = new() { User = context.User, ProtocolVersion = version.Length > 0 ? version : null };
        return (message, null);
    }

    private async Task ExchangeAsync(HttpContext context, JsonRpcMessage message)
    {
        await using var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = McpServer.Create(transport, options.Value, loggers, context.RequestServices);
        var serving = server.RunAsync(context.RequestAborted);

        BeginEventStream(context);
        try
        {
            // In the new era the first message decides the status, so nothing is flushed before it. In the old one headers go out at once.
            var answered = await transport.HandlePostRequestAsync(
                message,
                context.Response.Body,
                McpProtocol.IsStateless(message.Context?.ProtocolVersion) ? first => ChooseStatus(context.Response, first) : null,
                context.RequestAborted);
            if (!answered)
            {
                context.Response.Headers.ContentType = default;
                context.Response.StatusCode = StatusCodes.Status202Accepted;
            }

            // The reader sees the end of its messages rather than a cancellation.
            await transport.DisposeAsync();
            await serving;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client closed the stream: that cancels its call. What the call has started, a job, goes on.
        }
        catch (JsonException) when (message is JsonRpcRequest { Method: RequestMethods.Initialize } && !context.Response.HasStarted)
        {
            // The transport reads this method's parameters itself, and lets us have its surprise.
            await McpRefusal.BadRequest(McpErrorCode.InvalidParams, "The parameters of initialize cannot be read.")
                .WriteAsync(context, ((JsonRpcRequest)message).Id);
        }
    }

    private static void BeginEventStream(HttpContext context)
    {
        context.Response.Headers.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx and its kin would hold events back
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    private static ValueTask ChooseStatus(HttpResponse response, JsonRpcMessage? first)
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

        return ValueTask.CompletedTask;
    }
}
