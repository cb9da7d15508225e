using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using MjAspire.McpGateway.Live;
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

    /// <returns>False when the list is not known yet.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext context, (string Revision, bool InSession) wanted, RequestId id)
    {
        if (!_results.TryGetValue(wanted, out var result))
            return false;

        ServerSentEvents.Begin(context);
        var writer = context.Response.BodyWriter;
        writer.Write("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":"u8);
        writer.Write(JsonSerializer.SerializeToUtf8Bytes(id, McpJsonUtilities.DefaultOptions));
        writer.Write(",\"result\":"u8);
        writer.Write(result);
        writer.Write("}\n\n"u8);
        await writer.FlushAsync(context.RequestAborted);
        return true;
    }

    /// <summary>
    /// Has the server answer, and keeps the result if it is one event:
    /// <code>
    /// event: message
    /// data: {"result":{"tools":[...]},"id":1,"jsonrpc":"2.0"}
    /// </code>
    /// </summary>
    public async Task KeepAsync(HttpContext context, (string Revision, bool InSession) wanted, RequestDelegate server)
    {
        var body = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        try
        {
            await server(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        if (ResultOf(answer.ToArray()) is { } result)
            _results[wanted] = result;
        answer.Position = 0;
        await answer.CopyToAsync(body, context.RequestAborted);
    }

    private static byte[]? ResultOf(ReadOnlyMemory<byte> answer)
    {
        var data = answer.Span.IndexOf("data: "u8);
        if (data < 0)
            return null;

        var json = answer[(data + "data: "u8.Length)..];
        var end = json.Span.IndexOf((byte)'\n');
        if (end < 0 || json.Span[end..].IndexOf("data: "u8) >= 0)
            return null;

        using var sent = JsonDocument.Parse(json[..end]);
        return sent.RootElement.TryGetProperty("result", out var result) ? JsonSerializer.SerializeToUtf8Bytes(result, McpJsonUtilities.DefaultOptions) : null;
    }
}
