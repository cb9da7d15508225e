using System.Net;
using System.Text;
using MjAspire.Testing;

namespace MjAspire.WebhookIngress.Tests;

public sealed class HistoryTests(Servers servers)
{
    private static readonly byte[] Malformed = [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xFF, 0x00, 0x22];

    [Fact]
    public async Task Every_callback_is_kept_with_its_outcome_and_what_is_known_of_it()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var (jobId, body) = (Guid.CreateVersion7(), """{"prompt":"猫"}""");
        await ingress.PostAsync(Ingress.Token(jobId), body);
        await ingress.PostAsync(Ingress.Token(jobId), body);
        await ingress.PostAsync("guessed", body);
        await ingress.PostAsync(Ingress.Token(), new byte[70_000]);

        // By outcome: those of one millisecond are in no order.
        var history = (await ingress.HistoryAsync(4)).ToDictionary(entry => (string)entry["outcome"]!, StringComparer.Ordinal);
        string[] outcomes = ["too_large", "refused", "duplicate", "queued"];
        Assert.Equal([413, 401, 202, 202], outcomes.Select(outcome => (int)history[outcome]["status"]!));
        Assert.Equal([false, false, false, true], outcomes.Select(outcome => (bool)history[outcome]["has_body"]!));
        var queued = history["queued"];
        Assert.Equal((jobId, "midjourney", "127.0.0.1", Encoding.UTF8.GetByteCount(body), "application/json; charset=utf-8"),
            ((Guid)queued["job_id"]!, (string?)queued["provider"], (string?)queued["address"], (int)queued["size"]!, (string?)queued["content_type"]));
        Assert.Equal((Guid)queued["callback_id"]!, (Guid)history["duplicate"]["callback_id"]!);
        Assert.Equal("the address is not valid, or not any more", (string?)history["refused"]["reason"]);

        var detail = await ingress.AdminAsync(HttpMethod.Get, $"/api/callbacks/{queued["id"]}");
        Assert.Equal(body, (string?)detail["text"]);
    }

    [Fact]
    public async Task History_is_narrowed_and_paged()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var jobId = Guid.CreateVersion7();
        for (var i = 0; i < 5; i++)
            await ingress.PostAsync(Ingress.Token(jobId), $"{i}");
        await ingress.PostAsync(Ingress.Token(), "0", provider: "other");
        await ingress.PostAsync("guessed");
        await ingress.HistoryAsync(7);

        Assert.Equal(5, (await ingress.HistoryAsync(5, $"&job_id={jobId}")).Count);
        Assert.Single(await ingress.HistoryAsync(1, "&provider=other"));
        Assert.Single(await ingress.HistoryAsync(1, "&outcome=refused,parked"));
        Assert.Empty(await ingress.HistoryAsync(0, "&since=2100-01-01T00:00:00Z"));
        Assert.Equal(7, (await ingress.HistoryAsync(7, "&until=2100-01-01T00:00:00Z")).Count);
        var first = await ingress.AdminAsync(HttpMethod.Get, "/api/callbacks?limit=4");
        var second = await ingress.AdminAsync(HttpMethod.Get, $"/api/callbacks?limit=4&cursor={first["next_cursor"]}");
        Assert.Equal((4, 3, true), (first["callbacks"]!.AsArray().Count, second["callbacks"]!.AsArray().Count, second["next_cursor"] is null));

        Assert.Equal("E_LIMIT", (string?)(await ingress.AdminAsync(HttpMethod.Get, "/api/callbacks?limit=0", expect: HttpStatusCode.BadRequest))["code"]);
        Assert.Equal("E_INVALID_STATUS", (string?)(await ingress.AdminAsync(HttpMethod.Get, "/api/callbacks?outcome=lost", expect: HttpStatusCode.BadRequest))["code"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.Http.GetAsync("/api/callbacks", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Replayed_callback_is_queued_again_byte_for_byte_under_an_id_of_its_own()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var jobId = Guid.CreateVersion7();
        await ingress.PostAsync(Ingress.Token(jobId), "{ \"a\" : 1 }");
        var id = (Guid)(await ingress.HistoryAsync(1))[0]["id"]!;

        var replayed = await ingress.AdminAsync(HttpMethod.Post, $"/api/callbacks/{id}/replay", expect: HttpStatusCode.Accepted);
        await ingress.QueuedAsync(2);
        var (first, second) = (ingress.Queued.First(), ingress.Queued.Last());
        Assert.Equal((jobId, first.Provider, first.ContentType), (second.JobId, second.Provider, second.ContentType));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal((Guid)replayed["callback_id"]!, second.CallbackId);
        Assert.NotEqual(first.CallbackId, second.CallbackId);

        var history = await ingress.HistoryAsync(2);
        Assert.Equal(("replayed", id), ((string?)history[0]["outcome"], (Guid)history[0]["replay_of"]!));
        Assert.NotNull(history[1]["replayed_at"]);

        await ingress.PostAsync("guessed");
        var refused = (await ingress.HistoryAsync(3))[0]["id"];
        Assert.Equal("E_BODY_NOT_KEPT", (string?)(await ingress.AdminAsync(HttpMethod.Post, $"/api/callbacks/{refused}/replay", expect: HttpStatusCode.Conflict))["code"]);
        Assert.Equal("E_CALLBACK_NOT_FOUND", (string?)(await ingress.AdminAsync(HttpMethod.Post, $"/api/callbacks/{Guid.CreateVersion7()}/replay", expect: HttpStatusCode.NotFound))["code"]);
    }

    [Fact]
    public async Task Malformed_json_is_parked_where_it_can_be_seen_and_replayed()
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var token = Ingress.Token();
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(token, Malformed)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(token, Malformed)).StatusCode);
        foreach (var body in new[] { "", "{", "{} {}", "status=SUCCESS", new string('[', 1000) })
            Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(Ingress.Token(), body)).StatusCode);
        await ingress.NothingElseThanAsync(0);

        var parked = await ingress.HistoryAsync(6, "&outcome=parked");
        Assert.Equal(6, parked.Count);
        Assert.All(parked, entry => Assert.StartsWith("not JSON", (string)entry["reason"]!, StringComparison.Ordinal));
        var detail = await ingress.AdminAsync(HttpMethod.Get, $"/api/callbacks/{parked[^1]["id"]}");
        Assert.Equal(Convert.ToBase64String(Malformed), (string?)detail["body"]);
        Assert.Null(detail["text"]);

        await ingress.AdminAsync(HttpMethod.Post, $"/api/callbacks/{parked[^1]["id"]}/replay", expect: HttpStatusCode.Accepted);
        await Eventually.TrueAsync(() => ingress.Queued.Any(callback => callback.Body.AsSpan().SequenceEqual(Malformed)), "the replayed one");
    }

    [Fact]
    public async Task Callbacks_go_on_while_postgres_is_away_and_parked_ones_wait_for_it()
    {
        await using var postgres = servers.CreateOwn("postgres");
        using var logs = new LogLines();
        await using var ingress = await Ingress.StartAsync(servers, database: $"{postgres.Address};Timeout=2", logs: logs, settings: ("Webhooks:History:MostWaiting", "50"));
        for (var i = 0; i < 100; i++)
            Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(Ingress.Token(), $"{i}")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.PostAsync(Ingress.Token(), "{")).StatusCode);
        await ingress.NothingElseThanAsync(100);
        Assert.Equal(HttpStatusCode.OK, (await ingress.Http.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode);
        await Eventually.TrueAsync(() => logs.Lines.Count(line => line.Contains("The history cannot be written", StringComparison.Ordinal)) == 1, "the warning");

        await postgres.StartAsync();
        await Eventually.TrueAsync(async () => await ingress.AskAsync("/api/callbacks") == HttpStatusCode.OK, "the history to be readable");
        var parked = await ingress.HistoryAsync(1, "&outcome=parked");
        Assert.True((bool)parked.Single()["has_body"]!);
        // What fitted, and no more: one batch may have been taken out of the waiting room already.
        Assert.InRange((await ingress.HistoryAsync(50, "&outcome=queued")).Count, 50, 100);
        await ingress.PostAsync(Ingress.Token(), "\"after\"");
        await Eventually.TrueAsync(async () => (await ingress.HistoryAsync(1, "&outcome=queued"))[0]["size"]!.GetValue<int>() == 7, "the history to go on");
    }

    [Fact]
    public async Task Callback_that_could_not_be_queued_is_kept_and_can_be_replayed()
    {
        await using var ingress = await Ingress.StartAsync(servers, listen: false);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ingress.PostAsync(Ingress.Token(), "{}")).StatusCode);
        var lost = (await ingress.HistoryAsync(1, "&outcome=unavailable")).Single();
        await ingress.ListenAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/callbacks/{lost["id"]}/replay");
            request.Headers.Add("X-Internal-Key", Ingress.InternalKey);
            return (await ingress.Http.SendAsync(request)).StatusCode == HttpStatusCode.Accepted;
        }, "the replay");
        await ingress.QueuedAsync(1);
    }

    [Fact]
    public async Task Old_callbacks_and_bodies_are_deleted()
    {
        var database = await servers.CreateDatabaseAsync();
        await using (var before = await Ingress.StartAsync(servers, database: database))
        {
            await before.PostAsync(Ingress.Token(), "{}");
            await before.HistoryAsync(1);
        }
        await using var source = Npgsql.NpgsqlDataSource.Create(database);
        await using (var command = source.CreateCommand(
            "insert into callbacks (id, provider, outcome, status, size, address, received_at, duration_ms) " +
            "values ('00000000-0000-7000-8000-000000000001', 'midjourney', 'queued', 202, 2, '127.0.0.1', '2020-01-01', 1); " +
            "update callback_bodies set keep_until = '2020-01-01'"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await using var ingress = await Ingress.StartAsync(servers, database: database);
        await Eventually.TrueAsync(async () => await ingress.HistoryAsync(1) is [var only] && !(bool)only["has_body"]!, "the old ones to go");
    }
}
