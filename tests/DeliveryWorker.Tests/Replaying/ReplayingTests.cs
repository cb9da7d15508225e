using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MjAspire.DeliveryWorker.Replaying;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Replaying;

public sealed class ReplayingTests(Servers servers)
{
    [Fact]
    public async Task Deliveries_are_listed_newest_first_page_by_page_and_filtered()
    {
        await using var receiver = await Receiver.StartAsync(context => Receiver.Status(context.Request.Headers["X-No"].Count > 0 ? 500 : 200)(context));
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");
        for (var i = 1; i <= 5; i++)
        {
            await system.PublishAsync(i == 3 ? system.Change(Contracts.Jobs.JobStatus.Failed, sequence: i) : system.Change(sequence: i));
            await system.SettledAsync(("delivered", i));
        }

        var first = await PageAsync(system, id, "?limit=2");
        var second = await PageAsync(system, id, $"?limit=2&cursor={first.Next}");
        var third = await PageAsync(system, id, $"?limit=2&cursor={second.Next}");

        var all = first.Deliveries.Concat(second.Deliveries).Concat(third.Deliveries).ToArray();
        Assert.Equal(5, all.Select(delivery => delivery.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Equal(all.Select(CreatedAt).OrderDescending(), all.Select(CreatedAt));
        Assert.Null(third.Next);
        Assert.Single((await PageAsync(system, id, "?event_type=job.failed")).Deliveries);
        Assert.Empty((await PageAsync(system, id, "?status=dead")).Deliveries);
        Assert.Equal(2, (await PageAsync(system, id, $"?since={CreatedAt(all[1]).UtcDateTime:O}")).Deliveries.Count);

        var (status, problem) = await system.CallAsync("GET", $"/api/endpoints/{id}/deliveries?status=lost");
        Assert.Equal((HttpStatusCode.BadRequest, "E_INVALID_FILTER"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Delivery_shows_its_attempts_with_status_duration_and_the_beginning_of_each_answer()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = receiver.Requests.Count < 2 ? 500 : 200;
            return context.Response.WriteAsync(new string('x', 3000));
        };
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 1));

        var listed = Assert.Single((await PageAsync(system, id, "")).Deliveries);
        var (_, delivery) = await system.CallAsync("GET", $"/api/deliveries/{listed.GetProperty("id").GetGuid()}");

        Assert.Equal(("delivered", 2, Assert.IsType<string>(receiver.Requests.First().Id)), (
            delivery.GetProperty("status").GetString(), delivery.GetProperty("attempts").GetInt32(), delivery.GetProperty("event_id").GetString()));
        var attempts = delivery.GetProperty("attempt_log").EnumerateArray().ToArray();
        Assert.Equal([500, 200], attempts.Select(attempt => attempt.GetProperty("status").GetInt32()));
        Assert.All(attempts, attempt => Assert.Equal(1024, attempt.GetProperty("response").GetString()!.Length));
        Assert.Equal(HttpStatusCode.NotFound, (await system.CallAsync("GET", $"/api/deliveries/{listed.GetProperty("id").GetGuid()}", owner: Guid.CreateVersion7())).Status);
    }

    [Fact]
    public async Task Replayed_delivery_carries_the_same_id_and_bytes_and_has_the_whole_schedule_again()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change());
        await system.SettledAsync(("dead", 1));
        var delivery = Assert.Single((await PageAsync(system, id, "?status=dead")).Deliveries).GetProperty("id").GetGuid();

        var (status, _) = await system.CallAsync("POST", $"/api/deliveries/{delivery}/replay");
        await Eventually.TrueAsync(() => receiver.Requests.Count == 8, "four attempts more");
        await system.SettledAsync(("dead", 1));
        receiver.Answer = Receiver.Status(200);
        await system.CallAsync("POST", $"/api/deliveries/{delivery}/replay");
        await system.SettledAsync(("delivered", 1));
        await system.CallAsync("POST", $"/api/deliveries/{delivery}/replay"); // what was delivered can be had again
        await Eventually.TrueAsync(() => receiver.Requests.Count == 10, "the tenth attempt");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Single(receiver.Requests.Select(request => (request.Id, request.Text)).Distinct());
        await Eventually.TrueAsync(async () => (await system.QueryAsync<int>("select number from attempts")).Count == 10, "ten attempts in the log");
    }

    [Fact]
    public async Task Everything_failed_or_held_since_a_time_is_replayed_and_nothing_before()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(StatusCodes.Status410Gone));
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change(sequence: 1));
        await system.SettledAsync(("dead", 1));
        await system.QueryAsync<int>("update deliveries set id = uuid_v7(now() - interval '2 days')");
        var since = TimeProvider.System.GetUtcNow().AddDays(-1);
        await system.PublishAsync([.. Enumerable.Range(2, 1200).Select(i => system.Change(sequence: i))]);
        await system.SettledAsync(("dead", 1), ("held", 1200));

        var refused = await system.CallAsync("POST", $"/api/endpoints/{id}/replay?since={since:O}".Replace("+", "%2B", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.Conflict, "E_ENDPOINT_DISABLED"), (refused.Status, refused.Body.GetProperty("code").GetString()));

        receiver.Answer = Receiver.Status(204);
        var (_, enabled) = await system.CallAsync("PATCH", $"/api/endpoints/{id}", new { enabled = true });
        Assert.Equal((true, JsonValueKind.Null), (enabled.GetProperty("enabled").GetBoolean(), enabled.GetProperty("disabled_reason").ValueKind));
        var (status, answer) = await system.CallAsync("POST", $"/api/endpoints/{id}/replay?since={since:O}".Replace("+", "%2B", StringComparison.Ordinal));

        Assert.Equal((HttpStatusCode.Accepted, 1200, false), (status, answer.GetProperty("replayed").GetInt32(), answer.GetProperty("more").GetBoolean()));
        await system.SettledAsync(("dead", 1), ("delivered", 1200));
    }

    [Fact]
    public async Task Replay_without_a_time_or_of_an_unknown_delivery_is_refused()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync("https://example.com/hook", "*");

        Assert.Equal("E_INVALID_FILTER", (await system.CallAsync("POST", $"/api/endpoints/{id}/replay")).Body.GetProperty("code").GetString());
        Assert.Equal("E_DELIVERY_NOT_FOUND", (await system.CallAsync("POST", $"/api/deliveries/{Guid.CreateVersion7()}/replay")).Body.GetProperty("code").GetString());
    }

    [Fact]
    public void Ids_are_moments_to_the_millisecond()
    {
        var moment = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero);

        Assert.Equal(moment, Moment.Of(Moment.First(moment)));
        Assert.Equal(moment, Moment.Of(Guid.CreateVersion7(moment)));
        Assert.True(string.CompareOrdinal(Moment.First(moment).ToString(), Guid.CreateVersion7(moment).ToString()) < 0);
    }

    private static DateTimeOffset CreatedAt(JsonElement delivery) => delivery.GetProperty("created_at").GetDateTimeOffset();

    private static async Task<(List<JsonElement> Deliveries, string? Next)> PageAsync(DeliverySystem system, Guid endpoint, string query)
    {
        var (status, page) = await system.CallAsync("GET", $"/api/endpoints/{endpoint}/deliveries{query}");
        Assert.Equal(HttpStatusCode.OK, status);
        return ([.. page.GetProperty("deliveries").EnumerateArray()], page.GetProperty("next_cursor").GetString());
    }
}
