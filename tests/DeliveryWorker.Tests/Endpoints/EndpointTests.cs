using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MjAspire.ServiceDefaults;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Endpoints;

public sealed class EndpointTests(Servers servers)
{
    private const string Url = "https://example.com/hook";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Endpoint_shows_its_secret_once_and_its_header_values_never()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();

        using var response = await http.PostAsJsonAsync(
            "/api/endpoints",
            new { url = Url, events = new[] { "job.*", "job.*" }, description = "mine", headers = new Dictionary<string, string> { ["X-Token"] = "hush" } },
            Cancelled);
        var created = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        var list = await http.GetStringAsync("/api/endpoints", Cancelled);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"/api/endpoints/{created.GetProperty("id").GetGuid()}", response.Headers.Location?.ToString());
        Assert.Equal(["job.*"], created.GetProperty("events").EnumerateArray().Select(item => item.GetString()));
        Assert.StartsWith("whsec_", created.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"X-Token\"", list, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", list, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_gets_its_own_headers_and_a_signature_by_the_secret_it_brought()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();
        (await http.PostAsJsonAsync(
            "/api/endpoints",
            new { url = receiver.Url, events = new[] { "*" }, secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", headers = new { Authorization = "Bearer mine" } },
            Cancelled)).EnsureSuccessStatusCode();

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 1));

        var received = Assert.Single(receiver.Requests);
        Assert.Equal("Bearer mine", received.Headers["Authorization"]);
        Assert.True(MjAspire.DeliveryWorker.Sending.WebhookSecret.TryParse("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var secret));
        Assert.Equal(secret.Sign(received.Id, long.Parse(received.Timestamp), received.Body), received.Signature);
    }

    [Fact]
    public async Task Endpoints_are_their_owners_alone()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(Url, "*");
        using var owner = system.Http();
        using var stranger = system.Http(Guid.CreateVersion7());

        Assert.Equal("""{"endpoints":[]}""", await stranger.GetStringAsync("/api/endpoints", Cancelled));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/api/endpoints/{id}", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await owner.DeleteAsync($"/api/endpoints/{id}", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.DeleteAsync($"/api/endpoints/{id}", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task Endpoints_of_one_owner_are_limited_even_when_added_at_once()
    {
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:EndpointsPerOwner", "3"));
        using var http = system.Http();

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            http.PostAsJsonAsync("/api/register", new { webhook_url = $"{Url}/{i}" }, Cancelled)));

        Assert.Equal(3, responses.Count(response => response.IsSuccessStatusCode));
        var refused = await responses.First(response => !response.IsSuccessStatusCode).Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal("E_ENDPOINT_LIMIT", refused.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("/api/endpoints")]
    [InlineData("/api/webhooks")]
    public async Task Caller_without_the_internal_key_is_refused(string path)
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();
        http.DefaultRequestHeaders.Remove(InternalHeaders.Key);

        using var response = await http.GetAsync(path, Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("E_AUTHENTICATION_FAILED", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }
}
