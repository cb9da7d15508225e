using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// The list of tools, sixty thousand characters, is the same for everyone until the next release: what the server answered first is kept for
/// each revision, in and out of sessions, and goes out again under the id of whoever asks.
/// </summary>
internal sealed class KeptLists
{
    private readonly ConcurrentDictionary<(string Revision, bool InSession), byte[]> _results = new();

    /// <summary>What a request for the whole list is known by; null for every other request, and for one that does not say its revision.</summary>
    public static (string Revision, bool InSession)? KeyOf(JsonRpcMessage message, ClientSession? session) =>
        message is JsonRpcRequest { Method: RequestMethods.ToolsList, Context.ProtocolVersion: { } revision } request && AsksForAll(request.Params)
            ? (revision, session is not null)
            : null;

    /// <returns>False when the answer is not known yet.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext context, JsonRpcMessage message, ClientSession? session)
    {
        if (KeyOf(message, session) is not { } key || !_results.TryGetValue(key, out var result))
            return false;

        McpEndpoint.BeginEventStream(context);
        var writer = context.Response.BodyWriter;
        writer.Write("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":"u8);
        writer.Write(JsonSerializer.SerializeToUtf8Bytes(((JsonRpcRequest)message).Id, McpJsonUtilities.DefaultOptions));
        writer.Write(",\"result\":"u8);
        writer.Write(result);
        writer.Write("}\n\n"u8);
        await writer.FlushAsync(context.RequestAborted);
        return true;
    }

    /// <param name="message">What was asked; it has a key.</param>
    /// <param name="session">In which session, if any.</param>
    /// <param name="answer">
    /// The stream of the answer. Only a result that is one event is kept.
    /// <code>
    /// event: message
    /// data: {"result":{"tools":[...]},"id":1,"jsonrpc":"2.0"}
    /// </code>
    /// </param>
    public void Keep(JsonRpcMessage message, ClientSession? session, ReadOnlyMemory<byte> answer)
    {
        var data = answer.Span.IndexOf("data: "u8);
        if (data < 0)
            return;

        var json = answer[(data + "data: "u8.Length)..];
        if (json.Span.IndexOf((byte)'\n') is var end and >= 0 && json.Span[end..].IndexOf("data: "u8) < 0)
        {
            using var sent = JsonDocument.Parse(json[..end]);
            if (sent.RootElement.TryGetProperty("result", out var result))
                _results[KeyOf(message, session)!.Value] = JsonSerializer.SerializeToUtf8Bytes(result, McpJsonUtilities.DefaultOptions);
        }
    }

    /// <summary>Nothing but <c>_meta</c>: a cursor is for the server to judge.</summary>
    private static bool AsksForAll(JsonNode? parameters) => parameters is null || parameters is JsonObject said && said.All(member => member.Key == "_meta");
}
