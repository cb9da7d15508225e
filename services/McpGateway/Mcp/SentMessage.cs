using System.Text.Json;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>What the one JSON-RPC message of a POST says of itself, read before the SDK reads it, and more strictly.</summary>
/// <param name="OpensSession">Whether it is <c>initialize</c> of the old era.</param>
/// <param name="ListRevision">For a request of the whole list of tools, by the book: its revision.</param>
internal sealed record SentMessage(RequestId Id, bool OpensSession, string? ListRevision)
{
    private const string Usual = "application/json, text/event-stream";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue EventStream = new("text/event-stream");

    /// <summary>A name given twice is a mistake of the caller's, told at once and not when it is read.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

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

    /// <summary>
    /// Looks at the body, and leaves it to be read. One that is too large is let in and forgotten: refused before its end, a client that is
    /// still writing would see its connection reset, not the answer.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="most">Bytes.</param>
    /// <returns>With a refusal, the message only where it could be read.</returns>
    public static async Task<(SentMessage? Message, McpRefusal? Refusal)> ReadAsync(HttpContext context, long most)
    {
        var body = context.Request.BodyReader;
        try
        {
            var read = await body.ReadAsync(context.RequestAborted);
            var isTooLarge = read.Buffer.Length > most;
            while (!read.IsCompleted)
            {
                body.AdvanceTo(isTooLarge ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
                read = await body.ReadAsync(context.RequestAborted);
                isTooLarge |= read.Buffer.Length > most;
            }
            if (isTooLarge)
            {
                body.AdvanceTo(read.Buffer.End);
                return (null, new(StatusCodes.Status413PayloadTooLarge, McpErrorCode.InvalidRequest, $"The body is larger than {most} bytes."));
            }
            try
            {
                using var json = JsonDocument.Parse(read.Buffer, Strict);
                return Read(json.RootElement, context.Request.Headers);
            }
            finally
            {
                body.AdvanceTo(read.Buffer.Start);
            }
        }
        catch (JsonException e)
        {
            var position = $"line {e.LineNumber}, byte {e.BytePositionInLine}";
            return (null, McpRefusal.BadRequest(McpErrorCode.ParseError, $"The body is not one JSON-RPC message ({position})."));
        }
        catch (InvalidOperationException) // so a text says that it has half a character
        {
            return (null, McpRefusal.BadRequest(McpErrorCode.ParseError, "The body is not one JSON-RPC message: it has a text that is no Unicode."));
        }
        catch (BadHttpRequestException e)
        {
            return (null, new(e.StatusCode, McpErrorCode.InvalidRequest, e.Message));
        }
    }

    private static (SentMessage?, McpRefusal?) Read(JsonElement message, IHeaderDictionary headers)
    {
        var version = headers[McpProtocol.VersionHeader].ToString();
        var isStateless = McpProtocol.IsStateless(version);
        var parameters = Member(message, "params");
        var opensSession = !isStateless && Text(message, "method") == RequestMethods.Initialize;
        return (
            new(IdOf(message), opensSession, AsksForAllTools(message, parameters, version, headers) ? version : null),
            Refuse(parameters, version, isStateless, opensSession));
    }

    /// <summary>What the SDK lets pass, or would be surprised by.</summary>
    private static McpRefusal? Refuse(JsonElement? parameters, string version, bool isStateless, bool opensSession)
    {
        var declared = Text(Member(parameters, "_meta"), MetaKeys.ProtocolVersion);
        if (McpProtocol.IsStateless(declared) && (version.Length == 0 || McpProtocol.Handshaking.Contains(version, StringComparer.Ordinal)))
            return Mismatch(McpProtocol.VersionHeader, version, declared);
        if (isStateless && Routed.Any(name => Text(parameters, name) is null && Member(parameters, name) is { ValueKind: not JsonValueKind.Null }))
            return McpRefusal.BadRequest(McpErrorCode.HeaderMismatch, $"The {McpProtocol.NameHeader} header does not say what the body says.");
        if (!opensSession || parameters is null)
            return null;
        if (version.Length > 0 && Text(parameters, "protocolVersion") is { } opening && opening != version)
            return Mismatch(McpProtocol.VersionHeader, version, opening);
        return IsReadable(parameters.Value) ? null : McpRefusal.BadRequest(McpErrorCode.InvalidParams, "The parameters of initialize cannot be read.");
    }

    private static McpRefusal Mismatch(string header, string said, string? meant) =>
        McpRefusal.BadRequest(McpErrorCode.HeaderMismatch, $"The {header} header says '{said}', the body says '{meant}'.");

    /// <summary>Whom a request is for, by method.</summary>
    private static readonly string[] Routed = ["name", "uri", "taskId"];

    private static bool IsReadable(JsonElement initialize)
    {
        try
        {
            return initialize.Deserialize<InitializeRequestParams>(McpJsonUtilities.DefaultOptions) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>With nothing but <c>_meta</c>, for a cursor is the SDK's to judge; and with headers that agree, for so are those that do not.</summary>
    private static bool AsksForAllTools(JsonElement message, JsonElement? parameters, string version, IHeaderDictionary headers)
    {
        if (Text(message, "method") != RequestMethods.ToolsList || Text(message, "jsonrpc") != "2.0" || IdOf(message).Id is null || version.Length == 0
            || (parameters is { } said && (said.ValueKind != JsonValueKind.Object || said.EnumerateObject().Any(member => member.Name != "_meta"))))
            return false;

        var meta = Member(parameters, "_meta");
        return McpProtocol.IsStateless(version)
            ? Text(meta, MetaKeys.ProtocolVersion) == version && headers[McpProtocol.MethodHeader] == RequestMethods.ToolsList
                && Member(meta, MetaKeys.ClientCapabilities) is { ValueKind: JsonValueKind.Object }
            : Member(meta, MetaKeys.ProtocolVersion) is null;
    }

    private static RequestId IdOf(JsonElement message) => Member(message, "id") switch
    {
        { ValueKind: JsonValueKind.String } text => new(text.GetString()!),
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var id) => new(id),
        _ => default,
    };

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } && element.Value.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
