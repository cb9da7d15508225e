using System.Diagnostics;
using System.Text.Json;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Sending;

/// <summary>How fast a backlog goes out: claimed, signed, sent to a loopback receiver, logged and completed durably.</summary>
public sealed class SpeedTests(Servers servers, ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task Backlog_is_delivered_completely_and_as_fast_as_can_be(int endpoints)
    {
        Assert.SkipUnless(LongForm.IsOn, "Measures, at length; make chaos runs it.");
        const int Deliveries = 60_000;
        await using var sink = new Sink();
        await using var system = await DeliverySystem.PrepareAsync(servers, ("Delivery:PollInterval", "0:00:00.5"));
        await using var sender = await WorkerProcess.StartAsync(system.Settings);
        for (var i = 0; i < endpoints; i++)
            await system.AddEndpointAsync(sink.Url, system.Owner, sender.Address);

        await PlanAsync(system, Deliveries / endpoints);
        await Eventually.TrueAsync(() => sink.Received > Deliveries / 10, "the sender to be warm");
        var (start, before) = (Stopwatch.GetTimestamp(), sink.Received);
        var cpu = sender.ProcessorTime;
        await Eventually.TrueAsync(() => sink.Received >= Deliveries, "everything to arrive", TimeSpan.FromMinutes(3));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        var measured = Deliveries - before;
        output.WriteLine($"{measured / seconds:N0} deliveries/s to {endpoints} endpoints; the sender took {(sender.ProcessorTime - cpu).TotalMicroseconds / measured:N0} µs of processor each and {sender.Memory >> 20} MB");
        await system.SettledAsync(("delivered", Deliveries));
        Assert.Equal(Deliveries, sink.Received);
    }

    /// <summary>As the planner would, in one statement: what is measured is the sending.</summary>
    private static async Task PlanAsync(DeliverySystem system, int events) => await system.QueryAsync<int>(
        """
        with event as (
            insert into events (id, owner_id, type, payload, content_type, occurred_at)
            select gen_random_uuid(), @owner, 'job.completed', convert_to(@payload, 'utf8'), 'application/json', now() from generate_series(1, @events)
            returning id
        )
        insert into deliveries (id, event_id, endpoint_id, status, attempts, next_attempt_at)
        select uuid_v7(clock_timestamp()), event.id, endpoints.id, 'pending', 0, now() from event cross join endpoints where owner_id = @owner
        """,
        new { owner = system.Owner, events, payload = JsonSerializer.Serialize(new { type = "job.completed", data = new { text = new string('x', 500) } }) });
}
