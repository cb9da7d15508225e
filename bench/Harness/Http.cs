using System.Net;
using System.Net.Http.Headers;

namespace MjAspire.Bench.Harness;

/// <summary>The driver's side of HTTP: as little as possible between a caller and its connection.</summary>
internal sealed class Http(Uri address, params (string Name, string Value)[] headers) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
    });

    public void Dispose() => _invoker.Dispose();

    /// <summary>The answer's body; anything but <paramref name="expected"/> is an error.</summary>
    public async Task<byte[]> SendAsync(
        HttpMethod method, string path, HttpContent? content, HttpStatusCode expected, params (string Name, string Value)[] more)
    {
        var (status, body, _) = await AskAsync(method, path, content, more);
        return status == expected
            ? body
            : throw new BenchException($"{method} {path} answered {(int)status}: {System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(500, body.Length)))}");
    }

    public async Task<(HttpStatusCode Status, byte[] Body, HttpResponseHeaders Headers)> AskAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] more)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        foreach (var (name, value) in more)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _invoker.SendAsync(request, patience.Token);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(patience.Token), response.Headers);
    }

    public static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return content;
    }
}
