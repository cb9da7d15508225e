using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MjAspire.Testing;
using MjAspire.WebhookIngress.Receiving;
using StackExchange.Redis;

namespace MjAspire.WebhookIngress.Tests;

public sealed class ReceivingTests(Servers servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verified_callback_is_answered_202_and_queued_once_byte_for_byte()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var jobId = Guid.CreateVersion7();
        const string body = "{\"status\": \"SUCCESS\",\n \"prompt\": \"猫\\u0000\" }  ";

        using var answer = await ingress.PostAsync(Ingress.Token(jobId), body);
        Assert.Equal((HttpStatusCode.Accepted, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation)));
        await ingress.QueuedAsync(1);

        var callback = ingress.Queued.Single();
        Assert.Equal((jobId, "midjourney", "application/json; charset=utf-8", body),
            (callback.JobId, callback.Provider, callback.ContentType, Encoding.UTF8.GetString(callback.Body)));
        Assert.Equal(CallbackId.Of(jobId, Encoding.UTF8.GetBytes(body)), callback.CallbackId);
        Assert.Equal(TimeProvider.System.GetUtcNow(), callback.ReceivedAt, TimeSpan.FromMinutes(1));
        await ingress.NothingElseThanAsync(1);
    }

    [Fact]
    public async Task Repeated_callback_is_answered_202_and_queued_once()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var token = Ingress.Token();
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(token)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(token, "\"another body\"")).StatusCode);
        await ingress.NothingElseThanAsync(2);
    }

    [Fact]
    public async Task Simultaneous_repetitions_are_all_answered_202_and_queued_once()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var token = Ingress.Token();
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => ingress.PostAsync(token)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        await ingress.NothingElseThanAsync(1);
    }

    [Fact]
    public async Task Callback_is_queued_when_its_twin_was_begun_and_never_finished()
    {
        var cache = await servers.CreateCacheAsync();
        await using var ingress = await Ingress.StartAsync(servers, cache: cache, settings: ("Webhooks:PublishTimeout", "00:00:01"));
        var jobId = Guid.CreateVersion7();
        using var redis = await ConnectionMultiplexer.ConnectAsync(cache);
        await redis.GetDatabase().StringSetAsync($"ingress:callback:{CallbackId.Of(jobId, "1234"u8):N}", "pending");

        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(Ingress.Token(jobId), "1234")).StatusCode);
        await ingress.NothingElseThanAsync(1);
    }

    [Fact]
    public async Task Senseless_json_is_queued_because_what_it_means_is_not_decided_here()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(Ingress.Token(), "null")).StatusCode);
        await ingress.QueuedAsync(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_over_the_limit_is_answered_413_and_one_at_the_limit_is_queued(bool chunked)
    {
        await using var ingress = await Ingress.StartAsync(servers);
        foreach (var length in new[] { 65_537, 100_000, 900_000 })
        {
            using var answer = await ingress.PostAsync(Ingress.Token(), Digits(length), chunked);
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "E_TOO_LARGE"), (answer.StatusCode, await CodeAsync(answer)));
        }
        using var taken = await ingress.PostAsync(Ingress.Token(), Digits(65_536), chunked);
        Assert.True(taken.StatusCode == HttpStatusCode.Accepted, $"{taken.StatusCode} {await taken.Content.ReadAsStringAsync(Cancellation)}");
        await ingress.NothingElseThanAsync(1);
        Assert.Contains(ingress.Queued, callback => callback.Body.Length == 65_536);
    }

    [Fact]
    public async Task Endless_body_is_cut_off_at_the_limit()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        using var socket = new TcpClient();
        await socket.ConnectAsync(ingress.Address.Host, ingress.Address.Port, Cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /webhook/midjourney/{Ingress.Token()} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"), Cancellation);

        // Sent until the server ends the connection, which it must long before this much.
        var sent = 0;
        var chunk = Encoding.ASCII.GetBytes($"1000\r\n{new string('x', 4096)}\r\n");
        try
        {
            for (; sent < 50_000_000; sent += 4096)
                await stream.WriteAsync(chunk, Cancellation);
        }
        catch (IOException)
        {
        }
        Assert.InRange(sent, 65_536, 20_000_000);
        await ingress.NothingElseThanAsync(0);
    }

    [Fact]
    public async Task Broken_off_body_is_not_queued()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(ingress.Address.Host, ingress.Address.Port, Cancellation);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /webhook/midjourney/{Ingress.Token()} HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nhalf of"), Cancellation);
        }
        await ingress.NothingElseThanAsync(0);
    }

    [Theory]
    [InlineData("GET", "/webhook/midjourney/{token}", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/webhook/midjourney", HttpStatusCode.NotFound)]
    [InlineData("POST", "/webhook/Mid%20journey/{token}", HttpStatusCode.NotFound)]
    [InlineData("POST", "/webhook/midjourney/{token}/more", HttpStatusCode.NotFound)]
    public async Task Other_addresses_are_refused(string method, string path, HttpStatusCode status)
    {
        await using var ingress = await Ingress.StartAsync(servers);
        using var request = new HttpRequestMessage(new(method), path.Replace("{token}", Ingress.Token(), StringComparison.Ordinal));
        using var answer = await ingress.Http.SendAsync(request, Cancellation);
        Assert.Equal(status, answer.StatusCode);
        await ingress.NothingElseThanAsync(0);
    }

    [Fact]
    public async Task Status_tells_health_version_and_uptime()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var status = (await ingress.Http.GetFromJsonAsync<JsonObject>("/status", Cancellation))!;
        Assert.Equal("healthy", (string)status["status"]!);
        Assert.Matches("^[0-9]+\\.[0-9]+", (string)status["version"]!);
        Assert.InRange((double)status["uptime_seconds"]!, 0, 3600);
        Assert.Contains("cache", status["checks"]!.AsArray().Select(check => (string)check!["name"]!));
        Assert.Contains("callbacks", status["checks"]!.AsArray().Select(check => (string)check!["name"]!));
        Assert.Equal(0, (int)status["recent_response_times_ms"]!["count"]!);
        Assert.All(status["checks"]!.AsArray(), check => Assert.InRange((double)check!["response_time_ms"]!, 0, 10_000));
    }

    private static byte[] Digits(int length) => Encoding.ASCII.GetBytes(new string('1', length));

    internal static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["code"];
}
