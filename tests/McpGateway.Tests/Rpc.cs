using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>MCP by hand: the bytes a client sends and what came back.</summary>
internal sealed class Rpc
{
    public const string Newest = "2026-07-28";

    public Dictionary<string, string?> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);
    public string Accept { get; init; } = "application/json, text/event-stream";
    public string ContentType { get; init; } = "application/json";
    public string Body { get; set; } = "";

    /// <summary>A request of the newest revision, as it should be.</summary>
    /// <param name="capabilities">What the client says it can do.</param>
    public static Rpc Stateless(string method, JsonObject? parameters = null, string? name = null, JsonObject? capabilities = null)
    {
        parameters = parameters?.DeepClone().AsObject() ?? [];
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = Newest,
            ["io.modelcontextprotocol/clientCapabilities"] = capabilities?.DeepClone() ?? new JsonObject(),
            ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
        };
        var rpc = Handshake(method, parameters);
        rpc.Headers["MCP-Protocol-Version"] = Newest;
        rpc.Headers["Mcp-Method"] = method;
        if (name is not null)
            rpc.Headers["Mcp-Name"] = name;
        return rpc;
    }

    /// <summary>A request as older revisions send it.</summary>
    public static Rpc Handshake(string method, JsonObject? parameters = null) => new()
    {
        Body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 7, ["method"] = method, ["params"] = parameters ?? [] }.ToJsonString(),
    };

    public static Rpc Call(string tool, JsonObject arguments) =>
        Stateless("tools/call", new() { ["name"] = tool, ["arguments"] = arguments }, tool);

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) };
        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        message.Headers.TryAddWithoutValidation("Accept", Accept);
        foreach (var (name, value) in Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    public async Task<Answer> SendAsync(HttpClient http)
    {
        using var response = await http.SendAsync(ToMessage(), TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    /// <summary>The result of a tool call, error or not.</summary>
    public static async Task<JsonObject> CallAsync(HttpClient http, string tool, JsonObject arguments) =>
        (await Call(tool, arguments).SendAsync(http)).Result;
}

/// <param name="Messages">The JSON-RPC messages of the body: the events of a stream, or the one of a plain JSON answer.</param>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, HttpResponseHeaders Headers, string Text, IReadOnlyList<JsonObject> Messages)
{
    public JsonObject Result => Messages[^1]["result"]?.AsObject() ?? throw new InvalidOperationException($"No result: {Text}");

    public int ErrorCode => (int)Messages[^1]["error"]!["code"]!;

    /// <summary>The next message of a stream.</summary>
    public static async Task<JsonObject> ReadEventAsync(StreamReader stream)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Eventually.Patience);
        while (await stream.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal) && line.Length > 6)
                return JsonNode.Parse(line[6..])!.AsObject();
        }
        throw new InvalidOperationException("The stream has ended.");
    }

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType;
        IEnumerable<string> bodies = type switch
        {
            "text/event-stream" => text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]),
            "application/json" => [text],
            _ => [],
        };
        return new(response.StatusCode, type, response.Headers, text, [.. bodies.Select(body => JsonNode.Parse(body)!.AsObject())]);
    }
}
