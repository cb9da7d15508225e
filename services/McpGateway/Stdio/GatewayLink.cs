using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Mcp;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Stdio;

/// <summary>The gateway, seen from a message on a line: puts into headers what Streamable HTTP wants there, and takes answers from either form of body.</summary>
internal sealed class GatewayLink : IDisposable
{
    private const string EventStream = "text/event-stream", Json = "application/json";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan, // a call may wait and a stream may be silent; the client cancels
    };
    private readonly Uri _endpoint;
    private string? _session;
    private string? _version;

    public GatewayLink(StdioOptions options)
    {
        _endpoint = options.Endpoint;
        if (options.Key is { Length: > 0 } key)
            _http.DefaultRequestHeaders.Add(Presented.AlternativeHeader, key);
    }

    /// <summary>Sends a message; gives what comes back.</summary>
    public async IAsyncEnumerable<string> SendAsync(JsonObject message, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint)
        {
            Content = new StringContent(message.ToJsonString(), Encoding.UTF8, Json),
        };
        request.Headers.Accept.Add(new(Json));
        request.Headers.Accept.Add(new(EventStream));
        AddHeaders(request.Headers, message);

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.Headers.TryGetValues(McpProtocol.SessionHeader, out var session))
            _session = session.First();

        await foreach (var answer in ReadAsync(response, cancellationToken))
        {
            if (message["method"]?.GetValue<string>() == RequestMethods.Initialize)
                _version = (string?)JsonNode.Parse(answer)?["result"]?["protocolVersion"] ?? _version;
            yield return answer;
        }
    }

    /// <summary>What the server says unasked; nothing without a session.</summary>
    public async IAsyncEnumerable<string> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_session is null)
            yield break;

        using var request = new HttpRequestMessage(HttpMethod.Get, _endpoint);
        request.Headers.Accept.Add(new(EventStream));
        AddHeaders(request.Headers, []);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
            yield break;
        await foreach (var message in ReadAsync(response, cancellationToken))
            yield return message;
    }

    public async Task EndAsync()
    {
        if (_session is null)
            return;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, _endpoint);
            AddHeaders(request.Headers, []);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var _ = await _http.SendAsync(request, patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // The session ends by itself later.
        }
    }

    public void Dispose() => _http.Dispose();

    private void AddHeaders(HttpRequestHeaders headers, JsonObject message)
    {
        var parameters = message["params"] as JsonObject;
        if (Text((parameters?["_meta"] as JsonObject)?[MetaKeys.ProtocolVersion]) is { } declared)
        {
            headers.TryAddWithoutValidation(McpProtocol.VersionHeader, declared);
            if (Text(message["method"]) is { } method)
                headers.TryAddWithoutValidation(McpProtocol.MethodHeader, method);
            if ((Text(parameters!["name"]) ?? Text(parameters["uri"]) ?? Text(parameters["taskId"])) is { } name)
                headers.TryAddWithoutValidation(McpProtocol.NameHeader, McpHeaderEncoder.EncodeValue(name));
            return;
        }

        if (_version is not null)
            headers.TryAddWithoutValidation(McpProtocol.VersionHeader, _version);
        if (_session is not null)
            headers.TryAddWithoutValidation(McpProtocol.SessionHeader, _session);
    }

    private static async IAsyncEnumerable<string> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        switch (response.Content.Headers.ContentType?.MediaType)
        {
            case EventStream:
                await using (var stream = await response.Content.ReadAsStreamAsync(cancellationToken))
                {
                    await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
                    {
                        if (item.Data.Length > 0)
                            yield return item.Data;
                    }
                }
                break;
            case Json:
                yield return await response.Content.ReadAsStringAsync(cancellationToken);
                break;
            default:
                // Problem details of the layers before MCP: the key, the rate limit.
                if (!response.IsSuccessStatusCode)
                    throw new HttpRequestException(await ExplainAsync(response, cancellationToken));
                break;
        }
    }

    private static async Task<string> ExplainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            return $"{(int)response.StatusCode} {problem?["code"]} {problem?["detail"]}";
        }
        catch (System.Text.Json.JsonException)
        {
            return $"{(int)response.StatusCode} {response.ReasonPhrase}";
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
