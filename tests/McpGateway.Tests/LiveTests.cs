using System.Net;
using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Contracts.Jobs;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>Live streams, from a real bus to real sockets.</summary>
public sealed class LiveTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_replica_tells_its_readers_and_only_their_owner()
    {
        await using var replica = await gateway.StartAnotherAsync();
        var (mine, text) = await gateway.CreateKeyAsync();
        var (other, _) = await gateway.CreateKeyAsync();
        foreach (var address in new[] { gateway.Address, replica.Address })
        {
            using var http = gateway.CreateClient(text, address);
            await using var events = await OpenAsync(http);
            await HearAsync(events, mine.OwnerId);

            await PublishAsync(Change(other.OwnerId));
            var job = Change(mine.OwnerId, JobStatus.Done, 3);
            await PublishAsync(job);
            var heard = await events.NextAsync();
            Assert.Equal("job.completed", heard.EventType);
            var data = JsonNode.Parse(heard.Data)!;
            Assert.Equal((job.JobId.ToString(), "completed", 3), ((string?)data["job_id"], (string?)data["status"], (int)data["sequence"]!));
        }
    }

    [Fact]
    public async Task A_reader_that_comes_back_goes_on_where_it_was_on_any_replica()
    {
        await using var replica = await gateway.StartAnotherAsync();
        var (key, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text);
        using var elsewhere = gateway.CreateClient(text, replica.Address);
        string last;
        await using (var events = await OpenAsync(http))
        await using (var second = await OpenAsync(elsewhere))
        {
            await HearAsync(second, key.OwnerId);
            await HearAsync(events, key.OwnerId);
            await PublishAsync(Change(key.OwnerId, JobStatus.Running, 2));
            last = (await events.NextAsync(next => next.EventType == "job.running")).EventId!;
            await second.NextAsync(next => next.EventType == "job.running");
        }

        var missed = Enumerable.Range(3, 3).Select(sequence => Change(key.OwnerId, JobStatus.Done, sequence)).ToArray();
        foreach (var change in missed)
            await PublishAsync(change);
        await using (var same = await OpenAsync(http, last))
        {
            var heard = new List<int>();
            while (heard.Count < 3)
                heard.Add((int)JsonNode.Parse((await same.NextAsync()).Data)!["sequence"]!);
            Assert.Equal([3, 4, 5], heard.Order());
        }

        // Another replica goes by the time: it may repeat, and leaves nothing out.
        await using var another = await OpenAsync(elsewhere, last);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (!missed.All(change => ids.Contains(change.JobId.ToString())))
            ids.Add((string)JsonNode.Parse((await another.NextAsync()).Data)!["job_id"]!);
    }

    [Fact]
    public async Task A_reader_that_was_away_too_long_is_told_so()
    {
        var (_, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text);
        await using var events = await OpenAsync(http, "1000.another.5");
        Assert.Equal("reset", (await events.NextAsync()).EventType);
    }

    [Fact]
    public async Task A_web_socket_says_the_same_and_takes_its_key_as_a_subprotocol()
    {
        var (key, text) = await gateway.CreateKeyAsync();
        using var socket = await ConnectAsync($"bearer.{text}");
        Assert.Equal("mjaspire", socket.SubProtocol);
        var job = Change(key.OwnerId, JobStatus.Failed, 4);
        var message = await HearAsync(socket, job);
        Assert.Equal(("job.failed", job.JobId.ToString()), ((string?)message["type"], (string?)message["data"]!["job_id"]));

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Token);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task A_web_socket_without_a_key_is_not_opened()
    {
        var error = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync("bearer.mjk_wrong"));
        Assert.Contains("401", error.Message, StringComparison.Ordinal);
        using var http = gateway.CreateClient();
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await http.GetAsync("/ws", Token)).StatusCode);
    }

    [Fact]
    public async Task Streams_of_a_revoked_key_end()
    {
        var (key, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text);
        await using var events = await OpenAsync(http);
        using var socket = await ConnectAsync($"bearer.{text}");
        using var admin = gateway.CreateClient();
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/keys/{key.Id}", Token)).StatusCode);

        var revoked = TimeProvider.System.GetTimestamp();
        Assert.Null(await events.NextOrEndAsync());
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[1_024].AsMemory(), Token)).MessageType);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
        Assert.InRange(TimeProvider.System.GetElapsedTime(revoked), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task One_owners_streams_are_bounded()
    {
        var (_, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text);
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < Live.JobFeed.MostReadersOfOneOwner; i++)
            open.Add(await http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Token));
        using var refused = await http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        open.ForEach(response => response.Dispose());
    }

    private Task PublishAsync(JobChanged change) => gateway.Services.GetRequiredService<IBus>().Publish(change, Token);

    /// <summary>A replica's queue may not be there yet when it starts: published until it is heard.</summary>
    private async Task HearAsync(EventStream events, Guid owner)
    {
        var hello = Change(owner);
        var heard = events.NextAsync(next => next.Data.Contains(hello.JobId.ToString(), StringComparison.Ordinal));
        await Eventually.TrueAsync(async () =>
        {
            await PublishAsync(hello);
            await Task.WhenAny(heard, Task.Delay(200, Token));
            return heard.IsCompleted;
        }, "the stream to hear");
        await heard;
    }

    private async Task<JsonNode> HearAsync(ClientWebSocket socket, JobChanged change)
    {
        var buffer = new byte[64 << 10];
        var receiving = socket.ReceiveAsync(buffer.AsMemory(), Token).AsTask();
        await Eventually.TrueAsync(async () =>
        {
            await PublishAsync(change);
            await Task.WhenAny(receiving, Task.Delay(200, Token));
            return receiving.IsCompleted;
        }, "the socket to hear");
        return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, (await receiving).Count))!;
    }

    private async Task<ClientWebSocket> ConnectAsync(string key)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mjaspire");
        socket.Options.AddSubProtocol(key);
        await socket.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "ws", Path = "/ws" }.Uri, Token);
        return socket;
    }

    private static async Task<EventStream> OpenAsync(HttpClient http, string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new(response, SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token).GetAsyncEnumerator(Token));
    }

    private static JobChanged Change(Guid owner, JobStatus status = JobStatus.Pending, int sequence = 1) => new()
    {
        JobId = Guid.CreateVersion7(),
        OwnerId = owner,
        Kind = JobKind.Image,
        Operation = "imagine",
        Status = status,
        PreviousStatus = sequence == 1 ? null : JobStatus.Pending,
        Sequence = sequence,
        Progress = 0,
        OccurredAt = TimeProvider.System.GetUtcNow(),
    };

    private sealed class EventStream(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> events) : IAsyncDisposable
    {
        public async Task<SseItem<string>> NextAsync(Func<SseItem<string>, bool>? wanted = null)
        {
            while (await NextOrEndAsync() is { } next)
                if (wanted?.Invoke(next) ?? true)
                    return next;
            throw new InvalidOperationException("The stream ended.");
        }

        public async Task<SseItem<string>?> NextOrEndAsync() =>
            await events.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience, Token) ? events.Current : null;

        public ValueTask DisposeAsync()
        {
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
