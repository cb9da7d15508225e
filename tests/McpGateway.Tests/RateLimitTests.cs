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
    public async Task Without_Redis_everything_passes()
    {
        await using var service = await gateway.StartAnotherAsync(
            ("ConnectionStrings:cache", "127.0.0.1:9"), ("Limiting:Burst", "1"), ("Limiting:PerMinute", "1"));
        using var http = gateway.CreateClient(address: service.Address);
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/webhooks", Token)).StatusCode);
    }

    [Fact]
    public async Task Limits_hold_again_once_Redis_is_back()
    {
        await using var redis = servers.CreateOwn("redis");
        await redis.StartAsync();
        await using var service = await gateway.StartAnotherAsync(
            ("ConnectionStrings:cache", redis.Address), ("Limiting:Burst", "1"), ("Limiting:PerMinute", "1"));
        using var http = gateway.CreateClient(address: service.Address);
        await UntilAsync(HttpStatusCode.TooManyRequests);

        await redis.KillAsync();
        await UntilAsync(HttpStatusCode.OK);
        await redis.StartAsync();
        await UntilAsync(HttpStatusCode.TooManyRequests);

        Task UntilAsync(HttpStatusCode status) =>
            Eventually.TrueAsync(async () => (await http.GetAsync("/api/webhooks", Token)).StatusCode == status, $"{status}");
    }

    private Task<RunningService> StartAsync(int burst, int perMinute) =>
        gateway.StartAnotherAsync(("Limiting:Burst", $"{burst}"), ("Limiting:PerMinute", $"{perMinute}"));

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
