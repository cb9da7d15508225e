using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Tests;

/// <summary>What is handed on to other services, and in which shape.</summary>
public sealed class RestTests(Gateway gateway) : IClassFixture<Gateway>
{
    private const string Id = "0197f3e0-0000-7000-8000-000000000000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/api/jobs/x/status")]
    [InlineData("POST", "/api/jobs/x/complete")]
    [InlineData("POST", "/api/register")]
    [InlineData("POST", "/api/unregister")]
    [InlineData("GET", "/api/webhooks")]
    [InlineData("POST", "/api/push")]
    [InlineData("POST", "/api/endpoints")]
    [InlineData("GET", "/api/endpoints?page=2")]
    [InlineData("DELETE", "/api/endpoints/x")]
    [InlineData("GET", "/images/" + Id)]
    [InlineData("GET", "/images/" + Id + "/content?w=200")]
    public async Task A_route_is_handed_on_with_the_owner_in_place_of_the_key(string method, string path)
    {
        gateway.Stub.Requests.Clear();
        using var http = gateway.CreateClient();
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-Owner-Id", Guid.CreateVersion7().ToString());
        request.Headers.Add("X-Internal-Key", "forged");
        request.Headers.Add("X-Api-Key", "other");
        request.Headers.Add("Cookie", "a=b");
        gateway.Stub.Instead = StubServices.EchoAsync;
        using var response = await http.SendAsync(request, Token);
        gateway.Stub.Instead = null;

        Assert.Equal($"echo {method} {path}", await response.Content.ReadAsStringAsync(Token));
        var received = Assert.Single(gateway.Stub.Requests);
        Assert.Equal(Keys.AdminKey.Owner.ToString(), received.Headers["X-Owner-Id"]);
        Assert.Equal(Gateway.InternalKey, received.Headers["X-Internal-Key"]);
        Assert.Equal(gateway.Stub.Address.Authority, received.Headers["Host"]);
        Assert.DoesNotContain(received.Headers.Keys, header => header.ToUpperInvariant() is "AUTHORIZATION" or "X-API-KEY" or "COOKIE");
    }

    [Fact]
    public async Task A_job_is_made_with_the_callers_own_body_and_idempotency_key()
    {
        gateway.Stub.Requests.Clear();
        using var http = gateway.CreateClient();
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/jobs")
        {
            Content = new StringContent("""{"kind":"image"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", "mine");
        using var response = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var received = Assert.Single(gateway.Stub.Requests);
        Assert.Equal(("""{"kind":"image"}""", "mine"), (received.Body, received.Headers["Idempotency-Key"]));
    }

    [Fact]
    public async Task A_signed_link_is_handed_on_without_anybodys_name()
    {
        gateway.Stub.Requests.Clear();
        var request = new HttpRequestMessage(HttpMethod.Get, $"/i/{Id}?e=1&s=x");
        request.Headers.Add("X-Owner-Id", Guid.CreateVersion7().ToString());
        request.Headers.Add("X-Internal-Key", "forged");
        using var response = await gateway.Anonymous.SendAsync(request, Token);
        Assert.Equal($"echo GET /i/{Id}?e=1&s=x", await response.Content.ReadAsStringAsync(Token));
        Assert.DoesNotContain(Assert.Single(gateway.Stub.Requests).Headers.Keys, header => header.ToUpperInvariant() is "X-OWNER-ID" or "X-INTERNAL-KEY");
    }

    [Fact]
    public async Task A_service_that_is_away_is_a_503_that_says_when_to_come_back()
    {
        await using var lonely = await gateway.StartAnotherAsync(("services:delivery-worker:http:0", "http://127.0.0.1:9"));
        using var http = gateway.CreateClient(address: lonely.Address);
        using var response = await http.GetAsync("/api/webhooks", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("E_NETWORK_ERROR", (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_a_413(bool lengthKnown)
    {
        using var http = gateway.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/push") { Content = new ByteArrayContent(new byte[2 << 20]) };
        request.Headers.TransferEncodingChunked = !lengthKnown;
        using var response = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("E_TOO_LARGE", (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"]);
    }

    [Fact]
    public async Task Answers_tell_browsers_to_be_careful()
    {
        foreach (var path in new[] { "/", "/no/such/page", $"/i/{Id}" })
        {
            using var response = await gateway.Anonymous.GetAsync(path, Token);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("text/html", "text/html", "claude mcp add")]
    [InlineData("*/*", "text/plain", "Connect an MCP client")]
    public async Task The_front_page_tells_how_to_connect(string accept, string type, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", accept } } };
        using var response = await gateway.Anonymous.SendAsync(request, Token);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        var page = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Contains($"{gateway.Address.ToString().TrimEnd('/')}/mcp", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{url}", page, StringComparison.Ordinal);
    }
}
