using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.McpGateway.Mcp;
using MjAspire.Testing;
using ModelContextProtocol.Client;

namespace MjAspire.McpGateway.Tests;

/// <summary>Sessions of the old era: used where they are, done without where they are not.</summary>
public sealed class SessionTests(Gateway gateway) : IClassFixture<Gateway>
{
    private const string SessionHeader = "Mcp-Session-Id";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Initialize_opens_a_session_that_delete_ends()
    {
        using var http = gateway.CreateClient();
        var session = await OpenAsync(http);
        Assert.Equal(HttpStatusCode.OK, (await In(session, "tools/list").SendAsync(http)).Status);

        using var ended = await http.SendAsync(Bare("DELETE", session), Token);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await In(session, "tools/list").SendAsync(http)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(Bare("DELETE", session), Token)).StatusCode);
    }

    [Fact]
    public async Task A_session_is_nothing_to_another_owner()
    {
        using var http = gateway.CreateClient();
        var session = await OpenAsync(http);
        var (_, text) = await gateway.CreateKeyAsync();
        using var stranger = gateway.CreateClient(text);
        Assert.Equal(HttpStatusCode.NotFound, (await In(session, "tools/list").SendAsync(stranger)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(Bare("GET", session), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(Bare("DELETE", session), Token)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_session_nobody_gave_out_is_unknown(string session)
    {
        using var http = gateway.CreateClient();
        var expected = session.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.NotFound;
        Assert.Equal(expected, (await In(session, "tools/list").SendAsync(http)).Status);
    }

    [Fact]
    public async Task Another_replica_serves_the_sessions_client_without_the_session()
    {
        await using var other = await gateway.StartAnotherAsync();
        using var here = gateway.CreateClient();
        using var there = gateway.CreateClient(address: other.Address);
        var session = await OpenAsync(here);

        Assert.Equal(HttpStatusCode.OK, (await In(session, "tools/list").SendAsync(there)).Status);
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        var called = In(session, "tools/call", new() { ["name"] = "get_job_status", ["arguments"] = new JsonObject { ["job_id"] = job.ToString() } });
        Assert.Equal("pending", (string?)(await called.SendAsync(there)).Result["structuredContent"]!["status"]);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await there.SendAsync(Bare("GET", session), Token)).StatusCode);
    }

    [Fact]
    public async Task Sessions_are_bounded_and_who_comes_later_is_served_without()
    {
        await using var small = await gateway.StartAnotherAsync(("Mcp:MostSessionsPerOwner", "2"));
        using var http = gateway.CreateClient(address: small.Address);
        await OpenAsync(http);
        await OpenAsync(http);
        var answer = await Initialize().SendAsync(http);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.False(answer.Headers.Contains(SessionHeader));
        Assert.Equal(HttpStatusCode.OK, (await Rpc.Handshake("tools/list").SendAsync(http)).Status);
    }

    [Fact]
    public async Task An_idle_session_is_given_up_and_its_client_goes_on()
    {
        await using var hasty = await gateway.StartAnotherAsync(("Mcp:SessionIdle", "00:00:00.001"));
        using var http = gateway.CreateClient(address: hasty.Address);
        var session = await OpenAsync(http);
        var sessions = hasty.Services.GetRequiredService<ClientSessions>();
        await Eventually.TrueAsync(() => sessions.Count == 0, "the session to be given up");
        Assert.Equal(HttpStatusCode.OK, (await In(session, "tools/list").SendAsync(http)).Status);
    }

    [Fact]
    public async Task A_broken_initialize_leaves_no_session()
    {
        await using var quiet = await gateway.StartAnotherAsync(); // elsewhere sessions of other tests are ending
        using var http = gateway.CreateClient(address: quiet.Address);
        await Rpc.Handshake("initialize", new() { ["protocolVersion"] = 5 }).SendAsync(http);
        Assert.Equal(0, quiet.Services.GetRequiredService<ClientSessions>().Count);
    }

    [Theory]
    [InlineData("""{"protocolVersion":"2025-11-25","capabilities":{"x":true,"x":true},"clientInfo":{"name":"a","version":"1"}}""")]
    [InlineData("""{"protocolVersion":"2025-11-25","capabilities":{"experimental":{"x":true,"x":true}},"clientInfo":{"name":"a","version":"1"}}""")]
    [InlineData("""{"protocolVersion":"2025-11-25","capabilities":{"x":true,"x":true},"clientInfo":{"name":{},"version":"1"}}""")]
    [InlineData("""{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":{},"version":"1"}}""")]
    public async Task An_initialize_that_cannot_be_read_is_the_callers_mistake(string parameters)
    {
        using var http = gateway.CreateClient();
        var initialize = Rpc.Handshake("initialize");
        initialize.Body = $$"""{"jsonrpc":"2.0","id":7,"method":"initialize","params":{{parameters}}}""";

        using var answer = await http.SendAsync(initialize.ToMessage(), Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_deprecated_transport_serves_its_clients()
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(gateway.Address, "/sse"),
            TransportMode = HttpTransportMode.Sse,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {Gateway.AdminKey}" },
        });
        await using var client = await McpClient.CreateAsync(transport, new() { ProtocolVersion = "2025-03-26" }, cancellationToken: Token);
        var started = await client.CallToolAsync("generate_image", new Dictionary<string, object?> { ["prompt"] = "x" }, cancellationToken: Token);
        Assert.Equal("pending", started.StructuredContent!.Value.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_post_to_the_old_address_is_answered_like_one_to_the_new()
    {
        using var http = gateway.CreateClient();
        using var message = Rpc.Stateless("tools/list").ToMessage();
        message.RequestUri = new Uri("/sse", UriKind.Relative);
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(message, Token)).StatusCode);
    }

    [Fact]
    public async Task A_job_a_session_subscribed_to_is_told_of_on_its_stream()
    {
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        var uri = $"mj://jobs/{job}";
        using var http = gateway.CreateClient();
        var session = await OpenAsync(http);
        Assert.Equal(HttpStatusCode.OK, (await In(session, "resources/subscribe", new() { ["uri"] = uri }).SendAsync(http)).Status);
        using var stream = await http.SendAsync(Bare("GET", session), HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));

        await gateway.PublishAsync(job, Keys.AdminKey.Owner);
        var told = await Answer.ReadEventAsync(reader);
        Assert.Equal(("notifications/resources/updated", uri), ((string?)told["method"], (string?)told["params"]!["uri"]));
    }

    [Fact]
    public async Task In_the_new_era_a_stream_tells_of_the_jobs_it_was_opened_for()
    {
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        var foreign = gateway.Stub.Add(Guid.CreateVersion7());
        using var http = gateway.CreateClient();
        var rpc = Rpc.Stateless("subscriptions/listen", new()
        {
            ["notifications"] = new JsonObject { ["resourceSubscriptions"] = new JsonArray($"mj://jobs/{job}", $"mj://jobs/{foreign}") },
        });
        using var stream = await http.SendAsync(rpc.ToMessage(), HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));

        var acknowledged = await Answer.ReadEventAsync(reader);
        Assert.Equal("notifications/subscriptions/acknowledged", (string?)acknowledged["method"]);
        Assert.Equal([$"mj://jobs/{job}"], acknowledged["params"]!["notifications"]!["resourceSubscriptions"]!.AsArray().Select(uri => (string?)uri));

        await gateway.PublishAsync(foreign, Guid.CreateVersion7());
        await gateway.PublishAsync(job, Keys.AdminKey.Owner);
        var told = await Answer.ReadEventAsync(reader);
        Assert.Equal($"mj://jobs/{job}", (string?)told["params"]!["uri"]);
        Assert.Equal(7, (int)told["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
    }

    private static async Task<string> OpenAsync(HttpClient http)
    {
        var answer = await Initialize().SendAsync(http);
        Assert.Equal("2025-11-25", (string?)answer.Result["protocolVersion"]);
        return answer.Headers.GetValues(SessionHeader).Single();
    }

    private static Rpc Initialize() => Rpc.Handshake("initialize", new()
    {
        ["protocolVersion"] = "2025-11-25",
        ["capabilities"] = new JsonObject(),
        ["clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
    });

    private static Rpc In(string session, string method, JsonObject? parameters = null)
    {
        var rpc = Rpc.Handshake(method, parameters);
        rpc.Headers[SessionHeader] = session;
        rpc.Headers["MCP-Protocol-Version"] = "2025-11-25";
        return rpc;
    }

    private static HttpRequestMessage Bare(string method, string session) => new(new HttpMethod(method), "/mcp")
    {
        Headers = { { SessionHeader, session }, { "Accept", "text/event-stream" } },
    };
}
