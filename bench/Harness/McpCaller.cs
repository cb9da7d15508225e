using System.Net;
using System.Text;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Harness;

/// <summary>So many MCP clients on the wire, in either era of the protocol, with nothing between them and their sockets.</summary>
internal sealed class McpCaller : IDisposable
{
    private const string Newest = "2026-07-28", Older = "2025-11-25";

    private readonly Http _http;
    private readonly (string, string)[][] _headers;
    private readonly bool _isStateless;
    private int _calls;

    private McpCaller(Http http, (string, string)[][] headers, bool isStateless) => (_http, _headers, _isStateless) = (http, headers, isStateless);

    /// <summary>Settings of the gateway: rates are not what is measured.</summary>
    public static (string, string)[] Unlimited { get; } =
        [("Limiting__Burst", "10000000"), ("Limiting__PerMinute", "10000000"), ("Limiting__ConcurrentPerKey", "2000")];

    public static McpCaller Stateless(Child gateway, int callers) => new(
        new(gateway.Address!, ("Authorization", $"Bearer {Stage.ApiKey}"), ("Accept", "application/json, text/event-stream"), ("MCP-Protocol-Version", Newest)),
        [.. Enumerable.Repeat(Array.Empty<(string, string)>(), callers)], isStateless: true);

    /// <summary>A session for each caller, or none where the server gives none.</summary>
    public static async Task<McpCaller> OpenAsync(Child server, int callers, params (string, string)[] headers)
    {
        var http = new Http(server.Address!, [("Accept", "application/json, text/event-stream"), .. headers]);
        var sessions = new (string, string)[callers][];
        for (var i = 0; i < callers; i++)
        {
            var (status, body, answer) = await http.AskAsync(HttpMethod.Post, "/mcp", Content(
                $$$"""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"{{{Older}}}","capabilities":{},"clientInfo":{"name":"bench","version":"1"} } }"""));
            if (status != HttpStatusCode.OK)
                throw new BenchException($"{server.Name} answered initialize with {(int)status}: {Encoding.UTF8.GetString(body)}");
            sessions[i] = answer.TryGetValues("Mcp-Session-Id", out var id)
                ? [("Mcp-Session-Id", id.First()), ("MCP-Protocol-Version", Older)]
                : [("MCP-Protocol-Version", Older)];
            await http.AskAsync(HttpMethod.Post, "/mcp", Content("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""), sessions[i]);
        }
        return new(http, sessions, isStateless: false);
    }

    public void Dispose() => _http.Dispose();

    /// <param name="tool">Null for the list of tools.</param>
    /// <param name="expected">What an answer must have in it.</param>
    public Task<Leg> RunAsync(TimeSpan length, string? tool, Func<int, string> arguments, string expected) =>
        ClosedLoop.RunAsync(_headers.Length, length, caller => CallAsync(caller, tool, arguments(Interlocked.Increment(ref _calls)), expected));

    /// <summary>The answer as it came: JSON, or one event with JSON in it.</summary>
    public async Task<string> CallAsync(int caller, string? tool, string arguments, string expected)
    {
        var method = tool is null ? "tools/list" : "tools/call";
        var meta = _isStateless
            ? $$$""","_meta":{"io.modelcontextprotocol/protocolVersion":"{{{Newest}}}","io.modelcontextprotocol/clientCapabilities":{}}"""
            : "";
        var parameters = tool is null ? $"{{{meta.TrimStart(',')}}}" : $$"""{"name":"{{tool}}","arguments":{{arguments}}{{meta}}}""";
        (string, string)[] headers = _isStateless
            ? tool is null ? [("Mcp-Method", method)] : [("Mcp-Method", method), ("Mcp-Name", tool)]
            : _headers[caller];
        var answer = Encoding.UTF8.GetString(await _http.SendAsync(
            HttpMethod.Post, "/mcp", Content($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}"""), HttpStatusCode.OK, headers));
        return answer.Contains(expected, StringComparison.Ordinal) && !answer.Contains("\"isError\":true", StringComparison.Ordinal)
            ? answer
            : throw new BenchException($"{method} {tool} was answered: {answer[..Math.Min(500, answer.Length)]}");
    }

    private static ByteArrayContent Content(string text) => Http.Json(Encoding.UTF8.GetBytes(text));
}
