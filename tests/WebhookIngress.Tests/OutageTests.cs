using System.Net;
using MjAspire.Testing;

namespace MjAspire.WebhookIngress.Tests;

public sealed class OutageTests(Servers servers)
{
    [Fact]
    public async Task Callback_is_answered_503_while_the_broker_is_away_and_queued_when_it_comes_again()
    {
        await using var broker = servers.CreateOwn("rabbitmq");
        await broker.StartAsync();
        await using var ingress = await Ingress.StartAsync(servers, messaging: broker.Address, settings: ("Webhooks:PublishTimeout", "00:00:01"));
        var token = Ingress.Token();
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(token, "\"before\"")).StatusCode);
        await ingress.QueuedAsync(1);

        await broker.KillAsync();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await ingress.PostAsync(token, "\"meanwhile\"");
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (answer.StatusCode, answer.Headers.RetryAfter?.ToString()));
            Assert.Equal("E_UNAVAILABLE", await ReceivingTests.CodeAsync(answer));
        }

        await broker.StartAsync();
        await Eventually.TrueAsync(async () => (await ingress.PostAsync(token, "\"meanwhile\"")).StatusCode == HttpStatusCode.Accepted,
            "the callback to be accepted", TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => ingress.Queued.Any(callback => callback.Body.AsSpan().SequenceEqual("\"meanwhile\""u8)), "the callback in the queue", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Callback_is_answered_503_when_no_queue_would_take_it()
    {
        await using var ingress = await Ingress.StartAsync(servers, listen: false);
        var token = Ingress.Token();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ingress.PostAsync(token)).StatusCode);

        await ingress.ListenAsync();
        await Eventually.TrueAsync(async () => (await ingress.PostAsync(token)).StatusCode == HttpStatusCode.Accepted, "the callback to be accepted");
        await ingress.QueuedAsync(1);
    }

    [Fact]
    public async Task Callback_is_queued_while_redis_is_away_and_repetitions_are_told_again_when_it_is_back()
    {
        await using var redis = servers.CreateOwn("redis");
        await redis.StartAsync();
        using var logs = new LogLines();
        await using var ingress = await Ingress.StartAsync(servers, cache: redis.Address, logs: logs);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(Ingress.Token())).StatusCode);

        await redis.KillAsync();
        var token = Ingress.Token();
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(token)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(token)).StatusCode);
        await ingress.QueuedAsync(3);
        Assert.Single(logs.Lines, line => line.Contains("Redis is away", StringComparison.Ordinal));

        await redis.StartAsync();
        await Eventually.TrueAsync(async () =>
        {
            var (fresh, before) = (Ingress.Token(), ingress.Queued.Count);
            await ingress.PostAsync(fresh);
            await ingress.PostAsync(fresh);
            await ingress.PostAsync(Ingress.Token(), "\"behind\"");
            await Eventually.TrueAsync(() => ingress.Queued.Skip(before).Any(callback => callback.Body.AsSpan().SequenceEqual("\"behind\""u8)), "the one behind");
            return ingress.Queued.Count == before + 2;
        }, "repetitions to be told again", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Callback_is_queued_when_redis_was_never_there()
    {
        await using var ingress = await Ingress.StartAsync(servers, cache: "127.0.0.1:9");
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(Ingress.Token())).StatusCode);
        await ingress.QueuedAsync(1);
    }
}
