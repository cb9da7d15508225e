using Microsoft.Extensions.DependencyInjection;
using MjAspire.DeliveryWorker.Replaying;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Retaining;

public sealed class CleaningTests(Servers servers)
{
    [Fact]
    public async Task Old_deliveries_go_with_their_attempts_and_events_and_what_waits_or_is_young_stays()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:CleaningInterval", "0:00:00.1"));
        await system.AddEndpointAsync(receiver.Url, "*");
        await AddOldAsync(system, 1_700, "delivered");
        await AddOldAsync(system, 3, "pending");
        await system.PublishAsync(system.Change());

        await system.SettledAsync(("delivered", 1), ("pending", 3));

        await Eventually.TrueAsync(async () => (await system.QueryAsync<(long, long)>("select (select count(*) from events), (select count(*) from attempts)"))[0] == (4, 1),
            "their events and attempts to be gone");
    }

    [Fact]
    public async Task Cleaner_takes_a_bounded_number_of_rows_at_a_time_and_never_the_same_ones_twice()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync("https://example.com/hook", "*");
        await AddOldAsync(system, 40, "pending");
        await AddOldAsync(system, 60, "dead");
        var rows = system.First.Services.GetRequiredService<OldRows>();
        var until = Moment.First(TimeProvider.System.GetUtcNow().AddDays(-30));

        var (after, seen, deleted, batches) = (Guid.Empty, 0, 0, 0);
        while (await rows.DeleteRestingAsync(after, until, 30, TestContext.Current.CancellationToken) is { Last: { } last } batch)
        {
            Assert.InRange(batch.Seen, 1, 30);
            (after, seen, deleted, batches) = (last, seen + batch.Seen, deleted + batch.Deleted, batches + 1);
        }

        Assert.Equal((100, 60, 4), (seen, deleted, batches));
        await system.SettledAsync(("pending", 40));
    }

    [Fact]
    public async Task Deliveries_go_on_while_a_long_past_is_taken_away()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:CleaningInterval", "0:00:00.1"));
        await system.AddEndpointAsync(receiver.Url, "*");
        await AddOldAsync(system, 20_000, "dead");

        for (var i = 1; i <= 20; i++)
        {
            await system.PublishAsync(system.Change(sequence: i));
            await Eventually.TrueAsync(() => receiver.Requests.Count == i, "the delivery");
        }

        Assert.NotEqual(0, (await system.QueryAsync<long>("select count(*) from deliveries where status = 'dead'"))[0]); // it was at it all the while
    }

    /// <summary>As many deliveries of 40 days ago, each with its event and an attempt; pending ones are due in a year.</summary>
    private static async Task AddOldAsync(DeliverySystem system, int count, string status) => await system.QueryAsync<int>(
        """
        with event as (
            insert into events (id, owner_id, type, payload, content_type, occurred_at)
            select gen_random_uuid(), @owner, 'job.completed', '{}', 'application/json', now() - interval '40 days' from generate_series(1, @count)
            returning id
        ),
        delivery as (
            insert into deliveries (id, event_id, endpoint_id, status, attempts, next_attempt_at)
            select uuid_v7(now() - interval '40 days'), event.id, endpoints.id, @status, 1, now() + interval '1 year' from event cross join endpoints
            where owner_id = @owner
            returning id
        )
        insert into attempts (delivery_id, number, started_at, duration_ms, response)
        select id, 1, now(), 5, '' from delivery where @status <> 'pending'
        """,
        new { owner = system.Owner, count, status });
}
