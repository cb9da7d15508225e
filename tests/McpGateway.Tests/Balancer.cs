using System.Net.Http.Headers;
using ModelContextProtocol.Client;

namespace MjAspire.McpGateway.Tests;

/// <summary>
/// One address for several replicas, without stickiness: each request goes to the next one, and on to the one after when nobody is there.
/// </summary>
internal sealed class Balancer(params Uri[] replicas) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _turn;

    /// <summary>The replica each request went to.</summary>
    public List<Uri> Served { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var replica = replicas[Interlocked.Increment(ref _turn) % replicas.Length];
            request.RequestUri = new Uri(replica, request.RequestUri!.PathAndQuery);
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                lock (Served)
                    Served.Add(replica);
                return response;
            }
            catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError && attempt < replicas.Length)
            {
                // Nothing was sent.
            }
        }
    }

    public Task<McpClient> ConnectAsync(string revision, string key = Gateway.AdminKey)
    {
        var http = new HttpClient(this) { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        var transport = new HttpClientTransport(
            new() { Endpoint = new Uri("http://balancer/mcp"), TransportMode = HttpTransportMode.StreamableHttp }, http, ownsHttpClient: true);
        return McpClient.CreateAsync(transport, new() { ProtocolVersion = revision }, cancellationToken: TestContext.Current.CancellationToken);
    }
}
