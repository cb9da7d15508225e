using System.Net;
using System.Text.Json;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Endpoints;

public sealed class ChangingTests(Servers servers)
{
    [Fact]
    public async Task Endpoint_is_changed_in_what_is_named_and_keeps_the_rest()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        var (_, created) = await system.CallAsync("POST", "/api/endpoints", new
        {
            url = "https://example.com/hook",
            events = new[] { "job.*" },
            description = "mine",
            rate_limit = 5,
            headers = new Dictionary<string, string> { ["X-Old"] = "1", ["X-Kept"] = "2" },
        });
        var path = $"/api/endpoints/{created.GetProperty("id").GetGuid()}";

        var (status, changed) = await system.CallAsync("PATCH", path, new
        {
            events = new[] { "image.stored" },
            rate_limit = (int?)null,
            headers = new Dictionary<string, string?> { ["X-Old"] = null, ["X-New"] = "3" },
        });
        var (_, read) = await system.CallAsync("GET", path);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(changed.GetRawText(), read.GetRawText());
        Assert.Equal(["image.stored"], Texts(read, "events"));
        Assert.Equal(["X-Kept", "X-New"], Texts(read, "header_names"));
        Assert.Equal(("mine", JsonValueKind.Null, true), (read.GetProperty("description").GetString(), read.GetProperty("rate_limit").ValueKind, read.GetProperty("enabled").GetBoolean()));
    }

    [Theory]
    [InlineData("""{"url":"http://10.0.0.1/"}""", "E_ADDRESS_REFUSED")]
    [InlineData("""{"url":null}""", "E_INVALID_URL")]
    [InlineData("""{"events":[]}""", "E_INVALID_EVENT")]
    [InlineData("""{"rate_limit":0}""", "E_INVALID_RATE_LIMIT")]
    [InlineData("""{"rate_limit":"fast"}""", "E_SERIALIZATION_ERROR")]
    [InlineData("""{"headers":{"Host":"x"}}""", "E_INVALID_HEADER")]
    [InlineData("""{"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""", "E_INVALID_SECRET")]
    [InlineData("[]", "E_SERIALIZATION_ERROR")]
    public async Task Change_to_what_could_not_be_created_is_refused_with_a_code(string patch, string code)
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync("https://example.com/hook", "*");

        var (status, problem) = await system.CallAsync("PATCH", $"/api/endpoints/{id}", JsonDocument.Parse(patch).RootElement);

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Strangers_can_neither_read_nor_change_nor_try_nor_replay_an_endpoint()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync("https://example.com/hook", "*");
        var stranger = Guid.CreateVersion7();

        foreach (var (method, path) in new[]
        {
            ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret/rotate"), ("POST", "/test"), ("GET", "/deliveries"), ("POST", "/replay?since=2026-01-01T00:00:00Z"),
        })
        {
            var (status, problem) = await system.CallAsync(method, $"/api/endpoints/{id}{path}", method is "PATCH" or "POST" ? new { } : null, stranger);
            Assert.Equal((HttpStatusCode.NotFound, "E_ENDPOINT_NOT_FOUND"), (status, problem.GetProperty("code").GetString()));
        }
    }

    [Fact]
    public async Task Secrets_and_headers_are_not_readable_in_the_database()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

        await system.CallAsync("POST", "/api/endpoints", new
        {
            url = "https://example.com/hook",
            events = new[] { "*" },
            secret = Secret,
            headers = new Dictionary<string, string> { ["X-Token"] = "hush-hush" },
        });

        var row = Assert.Single(await system.QueryAsync<string>("select row_to_json(endpoints)::text from endpoints where owner_id = @Owner", new { system.Owner }));
        Assert.DoesNotContain(Secret["whsec_".Length..], row, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", row, StringComparison.Ordinal);
        Assert.Single(await system.QueryAsync<string>("select name from key_ring"));
    }

    private static IEnumerable<string?> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(item => item.GetString());
}
