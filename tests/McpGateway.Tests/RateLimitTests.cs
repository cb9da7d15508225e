using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>The limiter, against a real Redis.</summary>
public sealed class RateLimitTests(Gateway gateway, Servers servers) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_has_one_bucket_on_all_replicas()
    {
        await using var one = await StartAsync(burst: 10, perMinute: 1);
        await using var two = await StartAsync(burst: 10, perMinute: 1);
        var (_, text) = await gateway.CreateKeyAsync();
        using var first = gateway.CreateClient(text, one.Address);
        using var second = gateway.CreateClient(text, two.Address);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            using var response = await (i % 2 == 0 ? first : second).GetAsync("/api/webhooks", Token);
            return response.StatusCode;
        }));
        Assert.Equal(10, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(30, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_refused_request_is_told_when_to_come_back()
    {
        await using var service = await StartAsync(burst: 1, perMinute: 2);
        var (_, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text, service.Address);
        using var granted = await http.GetAsync("/api/webhooks", Token);
        Assert.Equal(("1", "0"), (Header(granted, "RateLimit-Limit"), Header(granted, "RateLimit-Remaining")));

        using var refused = await http.PostAsync("/mcp", null, Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 29, 30);
        Assert.Equal("E_RATE_LIMITED", (string?)(await refused.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"]);
    }

    [Fact]
    public async Task A_bucket_fills_again()
    {
        await using var service = await StartAsync(burst: 1, perMinute: 120);
        var (_, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text, service.Address);
        Assert.True((await http.GetAsync("/api/webhooks", Token)).IsSuccessStatusCode);
        await Eventually.TrueAsync(async () => (await http.GetAsync("/api/webhooks", Token)).IsSuccessStatusCode, "the next token");
    }

    [Fact]
    public async Task One_keys_haste_is_not_anothers_wait()
    {
        await using var service = await StartAsync(burst: 1, perMinute: 1);
        var (_, hasty) = await gateway.CreateKeyAsync();
        var (_, calm) = await gateway.CreateKeyAsync();
        using var one = gateway.CreateClient(hasty, service.Address);
        using var other = gateway.CreateClient(calm, service.Address);
        await one.GetAsync("/api/webhooks", Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await one.GetAsync("/api/webhooks", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/webhooks", Token)).StatusCode);
    }

    [Fact]
    public async Task Making_pictures_leaves_asking_for_them_free()
    {
        await using var service = await gateway.StartAnotherAsync(("Limiting:Generate:Burst", "1"), ("Limiting:Generate:PerMinute", "1"));
        var (_, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text, service.Address);
        using var made = await http.PostAsJsonAsync("/imagine", new { prompt = "x" }, Token);
        Assert.Equal(HttpStatusCode.Accepted, made.StatusCode);
        Assert.Equal("\"generate\";q=1;w=60", Header(made, "RateLimit-Policy"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await http.PostAsJsonAsync("/imagine", new { prompt = "x" }, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await http.PostAsJsonAsync("/api/jobs", new { kind = "image" }, Token)).StatusCode);

        using var asked = await http.GetAsync(made.Headers.Location, Token);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.StartsWith("\"poll\"", Header(asked, "RateLimit-Policy"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/webhooks", Token)).StatusCode);
    }

    [Fact]
    public async Task Without_Redis_every_replica_limits_for_itself()
    {
        await using var one = await StartWithoutRedisAsync();
        await using var two = await StartWithoutRedisAsync();
        foreach (var service in new[] { one, two })
        {
            using var http = gateway.CreateClient(address: service.Address);
            var statuses = new List<HttpStatusCode>();
            for (var i = 0; i < 5; i++)
                statuses.Add((await http.GetAsync("/api/webhooks", Token)).StatusCode);
            Assert.Equal(3, statuses.Count(status => status == HttpStatusCode.OK));
        }

        Task<RunningService> StartWithoutRedisAsync() => gateway.StartAnotherAsync(
            ("ConnectionStrings:cache", "127.0.0.1:9"), ("Limiting:Burst", "3"), ("Limiting:PerMinute", "1"));
    }

    [Fact]
    public async Task Limits_hold_across_replicas_again_once_Redis_is_back()
    {
        await using var redis = servers.CreateOwn("redis");
        await redis.StartAsync();
        await using var service = await gateway.StartAnotherAsync(
            ("ConnectionStrings:cache", redis.Address), ("Limiting:Burst", "1"), ("Limiting:PerMinute", "1"));
        using var before = gateway.CreateClient((await gateway.CreateKeyAsync()).Text, service.Address);
        await UntilAsync(before, HttpStatusCode.TooManyRequests); // the bucket in Redis is empty

        await redis.KillAsync();
        using var http = gateway.CreateClient((await gateway.CreateKeyAsync()).Text, service.Address);
        await UntilAsync(http, HttpStatusCode.OK); // this replica's own is full
        await UntilAsync(http, HttpStatusCode.TooManyRequests);
        await redis.StartAsync();
        await UntilAsync(http, HttpStatusCode.OK); // Redis knows nothing of it

        static Task UntilAsync(HttpClient http, HttpStatusCode status) =>
            Eventually.TrueAsync(async () => (await http.GetAsync("/api/webhooks", Token)).StatusCode == status, $"{status}");
    }

    [Fact]
    public async Task A_key_occupies_no_more_than_its_part_of_a_replica()
    {
        await using var service = await gateway.StartAnotherAsync(("Limiting:ConcurrentPerKey", "2"));
        var (_, text) = await gateway.CreateKeyAsync();
        var (_, other) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text, service.Address);
        using var first = await http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Token);
        var second = await http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Token);

        using var refused = await http.GetAsync("/api/webhooks", Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("E_TOO_MANY_AT_ONCE", (string?)(await refused.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"]);
        using var stranger = gateway.CreateClient(other, service.Address);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/api/webhooks", Token)).StatusCode);

        second.Dispose();
        await Eventually.TrueAsync(async () => (await http.GetAsync("/api/webhooks", Token)).IsSuccessStatusCode, "the place to be free again");
    }

    private Task<RunningService> StartAsync(int burst, int perMinute) =>
        gateway.StartAnotherAsync(("Limiting:Burst", $"{burst}"), ("Limiting:PerMinute", $"{perMinute}"));

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
