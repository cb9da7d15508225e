using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Keys;

namespace MjAspire.McpGateway.Tests;

/// <summary>What a key is good for, on every route there is.</summary>
public sealed class ScopeTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static readonly string Id = Guid.CreateVersion7().ToString();

    /// <summary>Protocols with rules of their own, which ask for scopes tool by tool.</summary>
    private static readonly string[] AnyScope = ["/mcp", "/sse"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_route_says_who_may_use_it() =>
        Assert.All(Route.All(gateway), route => Assert.True(
            route.IsOpen || route.Scopes is { Count: > 0 } || AnyScope.Contains(route.Pattern, StringComparer.Ordinal), $"{route.Method} {route.Pattern} has no scope"));

    [Fact]
    public async Task A_key_without_the_scope_is_refused_on_every_route_and_reaches_nothing()
    {
        foreach (var route in Route.All(gateway).Where(route => route.Scopes is not null))
        {
            var (_, text) = await gateway.CreateKeyAsync(key => key with { Scopes = [.. Scopes.All.Except(route.Scopes!)] });
            using var http = gateway.CreateClient(text);
            gateway.Stub.Requests.Clear();
            using var response = await http.SendAsync(Message(route), Token);
            Assert.True(HttpStatusCode.Forbidden == response.StatusCode, $"{route.Method} {route.Pattern}: {response.StatusCode}");
            var problem = (await response.Content.ReadFromJsonAsync<JsonObject>(Token))!;
            Assert.Equal("E_FORBIDDEN", (string?)problem["code"]);
            Assert.All(route.Scopes!, scope => Assert.Contains(scope, (string)problem["detail"]!, StringComparison.Ordinal));
            Assert.Contains("insufficient_scope", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Empty(gateway.Stub.Requests);
        }
    }

    [Fact]
    public async Task Each_of_the_scopes_is_enough_on_every_route()
    {
        foreach (var route in Route.All(gateway).Where(route => route.Scopes is not null && route.Pattern is not ("/events" or "/ws")))
        {
            foreach (var scope in route.Scopes!)
            {
                var (_, text) = await gateway.CreateKeyAsync(key => key with { Scopes = [scope] });
                using var http = gateway.CreateClient(text);
                using var response = await http.SendAsync(Message(route), Token);
                var isPicture = route is { Method: "POST", Pattern: "/api/jobs" } && scope == Scopes.Generate; // its body, {}, is an external job
                Assert.Equal(isPicture, response.StatusCode == HttpStatusCode.Forbidden);
            }
        }
    }

    [Theory]
    [InlineData("""{"kind":"image"}""", "generate")]
    [InlineData("""{"KIND":"Image"}""", "generate")]
    [InlineData("""{"kind":0}""", "generate")]
    [InlineData("""{"kind":"external","Kind":"image"}""", null)]
    [InlineData("""{"kind":"image","kind":"external"}""", null)]
    [InlineData("""{"kind":"external"}""", "worker")]
    [InlineData("{}", "worker")]
    public async Task Starting_a_picture_and_starting_work_take_scopes_of_their_own(string body, string? enough)
    {
        foreach (var scope in new[] { Scopes.Generate, Scopes.Worker })
        {
            var (_, text) = await gateway.CreateKeyAsync(key => key with { Scopes = [scope] });
            using var http = gateway.CreateClient(text);
            gateway.Stub.Requests.Clear();
            using var response = await http.PostAsync("/api/jobs", new StringContent(body, Encoding.UTF8, "application/json"), Token);
            Assert.Equal(scope == enough ? HttpStatusCode.Created : HttpStatusCode.Forbidden, response.StatusCode);
            if (scope == enough)
                Assert.Equal(body, Assert.Single(gateway.Stub.Requests).Body);
            else
                Assert.Empty(gateway.Stub.Requests);
        }
    }

    [Fact]
    public async Task Another_charset_is_no_way_around_a_scope()
    {
        var (_, text) = await gateway.CreateKeyAsync(key => key with { Scopes = [Scopes.Worker] });
        using var http = gateway.CreateClient(text);
        gateway.Stub.Requests.Clear();
        using var response = await http.PostAsync("/api/jobs", new StringContent("""{"kind":"image"}""", Encoding.Unicode, "application/json"), Token);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(gateway.Stub.Requests);
    }

    private static HttpRequestMessage Message(Route route) => new(new HttpMethod(route.Method), route.Path(Id))
    {
        Content = route.Method is "POST" or "PUT" or "PATCH" ? new StringContent("{}", Encoding.UTF8, "application/json") : null,
    };
}
