using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// What the headers of a POST say must be what its body says: load balancers and firewalls act on the one, the server runs the other.
/// <code>
/// POST /mcp
/// MCP-Protocol-Version: 2026-07-28
/// Mcp-Method: tools/call
/// Mcp-Name: generate_image
///
/// {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"generate_image","arguments":{...},"_meta":{
///   "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
/// </code>
/// (MCP specification 2026-07-28, Streamable HTTP.) Older revisions need none of it; what they do send must still make sense.
/// </summary>
internal static class HeaderGate
{
    /// <returns>Null for a request that may pass.</returns>
    public static McpRefusal? Check(IHeaderDictionary headers, JsonRpcMessage message)
    {
        var version = headers[McpProtocol.VersionHeader].ToString();
        if (version.Length > 0 && !McpProtocol.Revisions.Contains(version, StringComparer.Ordinal))
            return UnknownVersion(version);

        if (message is not JsonRpcRequest and not JsonRpcNotification)
            return null;

        var (method, parameters) = Read(message);
        if (method == RequestMethods.Initialize && version.Length > 0
            && Text(parameters, "protocolVersion") is { } opening && opening != version)
            return McpRefusal.Mismatch($"The {McpProtocol.VersionHeader} header says '{version}', initialize says '{opening}'.");

        var meta = parameters?["_meta"] as JsonObject;
        var declared = Text(meta, MetaKeys.ProtocolVersion);
        if (!McpProtocol.IsStateless(version) && !McpProtocol.IsStateless(declared))
            return null;

        return CheckVersion(version, declared, message)
            ?? CheckMethod(headers, method)
            ?? CheckName(headers, method, parameters)
            ?? CheckCapabilities(meta, message);
    }

    private static McpRefusal UnknownVersion(string version) =>
        McpRefusal.BadRequest(McpErrorCode.UnsupportedProtocolVersion, $"Protocol version '{version}' is not supported.") with
        {
            // Only the revisions a client may pick without a handshake: it retries with one of these.
            Data = new UnsupportedProtocolVersionErrorData { Requested = version, Supported = [McpProtocol.Stateless] },
        };

    private static McpRefusal? CheckVersion(string version, string? declared, JsonRpcMessage message)
    {
        if (version.Length == 0)
            return McpRefusal.Mismatch($"The {McpProtocol.VersionHeader} header is missing; _meta says '{declared}'.");

        if (declared is null)
            // Nobody would read the refusal of a notification; it passes with what its header says.
            return message is JsonRpcRequest
                ? McpRefusal.BadRequest(McpErrorCode.InvalidParams, $"Requests must carry '_meta/{MetaKeys.ProtocolVersion}'.")
                : null;

        return declared == version ? null
            : McpRefusal.Mismatch($"The {McpProtocol.VersionHeader} header says '{version}', _meta says '{declared}'.");
    }

    private static McpRefusal? CheckMethod(IHeaderDictionary headers, string method)
    {
        var header = headers[McpProtocol.MethodHeader].ToString();
        return header == method ? null
            : McpRefusal.Mismatch(header.Length == 0
                ? $"The {McpProtocol.MethodHeader} header is missing."
                : $"The {McpProtocol.MethodHeader} header says '{header}', the body says '{method}'.");
    }

    private static McpRefusal? CheckName(IHeaderDictionary headers, string method, JsonObject? parameters)
    {
        var named = method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            "tasks/get" or "tasks/update" or "tasks/cancel" => "taskId",
            _ => null,
        };
        if (named is null)
            return null;

        var header = headers[McpProtocol.NameHeader].ToString();
        if (header.Length == 0)
            return McpRefusal.Mismatch($"The {McpProtocol.NameHeader} header is missing.");

        return Decode(header) is { } name && name == Text(parameters, named) ? null
            : McpRefusal.Mismatch($"The {McpProtocol.NameHeader} header does not say what the body's '{named}' says.");
    }

    private static McpRefusal? CheckCapabilities(JsonObject? meta, JsonRpcMessage message) =>
        message is JsonRpcNotification || meta?[MetaKeys.ClientCapabilities] is JsonObject ? null
            : McpRefusal.BadRequest(McpErrorCode.InvalidParams, $"Requests must carry '_meta/{MetaKeys.ClientCapabilities}' as an object.");

    /// <summary>Header values are ASCII; anything else travels as <c>=?base64?{UTF-8}?=</c>.</summary>
    private static string? Decode(string header)
    {
        if (header.Any(c => c is not '\t' and (< ' ' or > '~')))
            return null;

        const string Opening = "=?base64?", Closing = "?=";
        if (!header.StartsWith(Opening, StringComparison.Ordinal) || !header.EndsWith(Closing, StringComparison.Ordinal)
            || header.Length < Opening.Length + Closing.Length)
            return header;

        var encoded = header.AsSpan()[Opening.Length..^Closing.Length];
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64Chars(encoded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    private static (string Method, JsonObject? Parameters) Read(JsonRpcMessage message) => message switch
    {
        JsonRpcRequest request => (request.Method, request.Params as JsonObject),
        JsonRpcNotification notification => (notification.Method, notification.Params as JsonObject),
        _ => ("", null),
    };

    private static string? Text(JsonObject? node, string property) =>
        node?[property] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
