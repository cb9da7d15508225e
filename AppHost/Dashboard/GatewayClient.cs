using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MjAspire.AppHost.Dashboard;

/// <summary>The gateway's public API, as the administrator calls it.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly HttpClient _http;

    private GatewayClient(Uri address, string key) =>
        _http = new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };

    public static async Task<GatewayClient> ConnectAsync(EndpointReference gateway, ParameterResource key, CancellationToken cancellationToken) =>
        new(new Uri(gateway.Url), (await key.GetValueAsync(cancellationToken))!);

    /// <exception cref="HttpRequestException">It refused; the message is its problem's detail.</exception>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken) ?? [];
        return response.IsSuccessStatusCode ? answer : throw new HttpRequestException($"{answer["code"]}: {answer["detail"]}");
    }

    /// <summary>The administrator's webhooks, by id and address.</summary>
    public async Task<IReadOnlyList<(string Id, string Url)>> EndpointsAsync(CancellationToken cancellationToken)
    {
        var page = await SendAsync(HttpMethod.Get, "/api/endpoints", null, cancellationToken);
        return [.. page["endpoints"]!.AsArray().Select(one => (one!["id"]!.GetValue<string>(), one["url"]!.GetValue<string>()))];
    }

    public void Dispose() => _http.Dispose();
}
