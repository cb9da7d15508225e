using System.Text.Json;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>Reads the one JSON-RPC message of a POST.</summary>
internal static class McpMessages
{
    private const string Usual = "application/json, text/event-stream";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue EventStream = new("text/event-stream");

    /// <summary>The answer may be either, and which one is known only once it begins: a client must be ready for both.</summary>
    public static McpRefusal? CheckMediaTypes(HttpRequest request)
    {
        if (request.Headers.Accept is [Usual] && request.ContentType is "application/json" or "application/json; charset=utf-8")
            return null; // what clients send, word for word: nothing to be taken apart

        var accepted = request.GetTypedHeaders().Accept;
        if (!accepted.Any(type => Json.IsSubsetOf(type)) || !accepted.Any(type => EventStream.IsSubsetOf(type)))
            return new(406, McpErrorCode.InvalidRequest, "Accept must name both application/json and text/event-stream.");

        return request.HasJsonContentType() ? null : new(415, McpErrorCode.InvalidRequest, "Content-Type must be application/json.");
    }

    /// <summary>A name given twice is a mistake of the caller's, told at once and not when it is read.</summary>
    private static readonly JsonSerializerOptions Strict = new(McpJsonUtilities.DefaultOptions) { AllowDuplicateProperties = false };

    public static async Task<(JsonRpcMessage? Message, McpRefusal? Refusal)> ReadAsync(HttpContext context)
    {
        JsonRpcMessage? message;
        try
        {
            message = await context.Request.ReadFromJsonAsync<JsonRpcMessage>(Strict, context.RequestAborted);
        }
        catch (JsonException e)
        {
            var position = $"line {e.LineNumber}, byte {e.BytePositionInLine}";
            return (null, McpRefusal.BadRequest(McpErrorCode.ParseError, $"The body is not one JSON-RPC message ({position})."));
        }
        catch (ArgumentException) // so a node says that a name is there twice
        {
            return (null, McpRefusal.BadRequest(McpErrorCode.ParseError, "The body is not one JSON-RPC message: an object has two members of one name."));
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
}
