using System.Net;
using MjAspire.Testing;
using MjAspire.WebhookIngress.Receiving;
using StackExchange.Redis;

namespace MjAspire.WebhookIngress.Tests;

public sealed class AdmittingTests(Servers servers)
{
    private const string Proxied = "Webhooks:TrustedProxies";

    [Fact]
    public async Task Provider_over_its_limit_is_answered_429_on_every_replica_and_others_are_not()
    {
        var (messaging, cache, name) = (await servers.CreateVirtualHostAsync(), await servers.CreateCacheAsync(), UniqueName());
        (string, string)[] settings = [($"Webhooks:Providers:{name}:Limit:Burst", "5"), ($"Webhooks:Providers:{name}:Limit:PerMinute", "2")];
        await using var one = await Ingress.StartAsync(servers, messaging, cache, settings: settings);
        await using var two = await Ingress.StartAsync(servers, messaging, cache, listen: false, settings: settings);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : two).PostAsync(Ingress.Token(), provider: name)));
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        var limited = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.Equal(15, limited.Count);
        Assert.All(limited, answer => Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30));
        Assert.Equal("E_RATE_LIMITED", await ReceivingTests.CodeAsync(limited[0]));

        Assert.Equal(HttpStatusCode.Accepted, (await one.PostAsync(Ingress.Token(), provider: UniqueName())).StatusCode);
    }

    [Fact]
    public async Task Address_over_its_limit_is_answered_429_and_others_are_not()
    {
        await using var ingress = await Ingress.StartAsync(servers, settings:
            [(Proxied, "127.0.0.1, ::1"), ("Webhooks:Limits:PerAddress:Burst", "3"), ("Webhooks:Limits:PerAddress:PerMinute", "1")]);
        var (one, network) = (UniqueAddress(), $"2001:db8:{Random.Shared.Next(0xFFFF):x}:{Random.Shared.Next(0xFFFF):x}");
        for (var i = 0; i < 6; i++)
        {
            var expected = i < 3 ? HttpStatusCode.Accepted : HttpStatusCode.TooManyRequests;
            Assert.Equal(expected, (await FromAsync(ingress, one)).StatusCode);
            Assert.Equal(expected, (await FromAsync(ingress, $"{network}::{i + 1}")).StatusCode);
        }
        Assert.Equal(HttpStatusCode.Accepted, (await FromAsync(ingress, UniqueAddress())).StatusCode);
    }

    [Fact]
    public async Task Callback_over_the_limit_is_not_taken_for_begun_and_queued_when_it_comes_again()
    {
        var name = UniqueName();
        await using var ingress = await Ingress.StartAsync(servers, settings:
            [($"Webhooks:Providers:{name}:Limit:Burst", "1"), ($"Webhooks:Providers:{name}:Limit:PerMinute", "60")]);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(Ingress.Token(), provider: name)).StatusCode);

        var token = Ingress.Token();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await ingress.PostAsync(token, provider: name)).StatusCode);
        await Eventually.TrueAsync(async () => (await ingress.PostAsync(token, provider: name)).StatusCode == HttpStatusCode.Accepted, "a token in the bucket");

        await ingress.NothingElseThanAsync(2);
    }

    [Fact]
    public async Task Repetitions_that_wait_for_their_twin_take_one_token_each()
    {
        var (name, cache, job) = (UniqueName(), await servers.CreateCacheAsync(), Guid.CreateVersion7());
        await using var ingress = await Ingress.StartAsync(servers, cache: cache, settings:
        [
            ($"Webhooks:Providers:{name}:Limit:Burst", "4"), ($"Webhooks:Providers:{name}:Limit:PerMinute", "1"),
            ("Webhooks:PublishTimeout", "00:00:00.5"),
        ]);
        using var redis = await ConnectionMultiplexer.ConnectAsync(cache);
        await redis.GetDatabase().StringSetAsync($"ingress:callback:{CallbackId.Of(job, "1234"u8):N}", "pending");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ingress.PostAsync(Ingress.Token(job), "1234", name)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await ingress.PostAsync(Ingress.Token(), provider: name)).StatusCode);
    }

    [Fact]
    public async Task Stranger_is_answered_429_after_too_many_tries_and_the_proven_beside_him_is_served()
    {
        using var logs = new LogLines();
        await using var ingress = await Ingress.StartAsync(servers, logs: logs, settings:
            [(Proxied, "127.0.0.1, ::1"), ("Webhooks:Limits:Refused:Burst", "4"), ("Webhooks:Limits:Refused:PerMinute", "1")]);
        var address = UniqueAddress();
        for (var i = 0; i < 8; i++)
            Assert.Equal(i < 4 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, (await FromAsync(ingress, address, "guessed")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await FromAsync(ingress, address)).StatusCode);

        Assert.Single(logs.Lines, line => line.Contains("Many refused callbacks", StringComparison.Ordinal));
        var history = await ingress.HistoryAsync(5);
        Assert.Equal(4, history.Count(entry => (string)entry["outcome"]! == "refused"));
        Assert.Equal(5, history.Count);
    }

    [Theory]
    [InlineData("127.0.0.0/8, ::1", HttpStatusCode.Accepted)]
    [InlineData("127.1.2.3/8, ::1/128", HttpStatusCode.Accepted)]
    [InlineData("203.0.113.0/24, 198.51.100.7, 2001:db8::/32", HttpStatusCode.Forbidden)]
    public async Task Allow_list_goes_by_the_connections_address_whatever_a_header_says(string networks, HttpStatusCode status)
    {
        await using var ingress = await Ingress.StartAsync(servers, settings: ("Webhooks:Providers:midjourney:AllowedNetworks", networks));
        Assert.Equal(status, (await ingress.PostAsync(Ingress.Token())).StatusCode);
        Assert.Equal(status, (await FromAsync(ingress, "203.0.113.7")).StatusCode);
    }

    [Theory]
    [InlineData("203.0.113.7", HttpStatusCode.Accepted)]
    [InlineData("192.0.2.1, 203.0.113.7", HttpStatusCode.Accepted)] // what stands before the proxy's own word is anyone's
    [InlineData("203.0.113.7, 192.0.2.1", HttpStatusCode.Forbidden)]
    [InlineData("203.0.113.7, 10.0.0.9", HttpStatusCode.Accepted)] // a second proxy of ours
    [InlineData("192.0.2.1, 10.0.0.9", HttpStatusCode.Forbidden)]
    [InlineData("nonsense", HttpStatusCode.Forbidden)]
    public async Task Allow_list_goes_by_what_a_trusted_proxy_says(string forwardedFor, HttpStatusCode status)
    {
        await using var ingress = await Ingress.StartAsync(servers, settings:
            [(Proxied, "127.0.0.1, ::1, 10.0.0.0/8"), ("Webhooks:Providers:midjourney:AllowedNetworks", "203.0.113.0/24")]);
        Assert.Equal(status, (await FromAsync(ingress, forwardedFor)).StatusCode);
    }

    [Fact]
    public async Task Forwarded_addresses_are_not_believed_because_the_host_turned_them_on_for_everyone()
    {
        await using var ingress = await Ingress.StartAsync(servers, settings:
            [("FORWARDEDHEADERS_ENABLED", "true"), ("Webhooks:Providers:midjourney:AllowedNetworks", "203.0.113.0/24")]);
        Assert.Equal(HttpStatusCode.Forbidden, (await FromAsync(ingress, "203.0.113.7")).StatusCode);
    }

    private static Task<HttpResponseMessage> FromAsync(Ingress ingress, string address, string? token = null) =>
        ingress.SendAsync($"/webhook/midjourney/{token ?? Ingress.Token()}", "{}", ("X-Forwarded-For", address));

    private static string UniqueAddress() => $"100.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}";

    private static string UniqueName() => $"{Guid.CreateVersion7():N}"[^20..];
}
