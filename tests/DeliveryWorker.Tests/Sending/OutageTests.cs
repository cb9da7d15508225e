using System.Net;
using MjAspire.Contracts.Delivery;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class OutageTests(Servers servers)
{
    [Fact]
    public async Task Worker_goes_on_while_the_broker_is_away_and_hears_and_tells_everything_when_it_is_back()
    {
        await using var broker = servers.CreateOwn("rabbitmq");
        await broker.StartAsync();
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers, ("ConnectionStrings:messaging", broker.Address), ("Delivery:RetrySchedule", "0:00:01"));
        await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change(sequence: 1));
        await Eventually.TrueAsync(() => !receiver.Requests.IsEmpty, "the first attempt");

        await broker.KillAsync();
        await system.SettledAsync(("dead", 1)); // retried and given up without the broker
        receiver.Answer = Receiver.Status(200);
        var (status, push) = await system.CallAsync("POST", "/api/push", new { message = "hello" });
        Assert.Equal((HttpStatusCode.OK, 1), (status, push.GetProperty("webhooks_notified").GetInt32()));
        Assert.Single(await system.QueryAsync<string>("select type from outbox"));

        await broker.StartAsync();
        await system.PublishAsync(system.Change(sequence: 2));
        await system.SettledAsync(("dead", 1), ("delivered", 2));
        await Eventually.TrueAsync(async () => (await system.QueryAsync<string>("select type from outbox")).Count == 0,
            $"{nameof(DeliveryExhausted)} to be published", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Outcome_waits_while_the_database_is_away_and_nothing_is_lost_or_sent_twice()
    {
        await using var postgres = servers.CreateOwn("postgres");
        await postgres.StartAsync();
        using var away = new SemaphoreSlim(0);
        await using var receiver = await Receiver.StartAsync(async context =>
        {
            await away.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = 204;
        });
        await using var system = await DeliverySystem.StartAsync(
            servers, ("ConnectionStrings:deliveries", postgres.Address), ("Delivery:AttemptTimeout", "0:00:55"), ("Delivery:Lease", "0:01:00"));
        await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change(sequence: 1));
        await Eventually.TrueAsync(() => !receiver.Requests.IsEmpty, "the attempt to begin");

        await postgres.KillAsync();
        away.Release(10); // the answer comes, and there is nowhere to write it down
        await system.PublishAsync(system.Change(sequence: 2));
        var (status, problem) = await system.CallAsync("GET", "/api/endpoints");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "E_UNAVAILABLE"), (status, problem.GetProperty("code").GetString()));

        await postgres.StartAsync();
        await system.SettledAsync(("delivered", 2));
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task Retries_outlive_the_process_that_planned_them()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:RetrySchedule", "0:00:02, 0:00:02, 0:00:02, 0:00:02"));
        await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change());
        await Eventually.TrueAsync(async () => (await system.QueryAsync<int>("select count(*)::int from attempts"))[0] > 0, "a failed attempt");

        await system.StopFirstAsync();
        receiver.Answer = Receiver.Status(200);
        await system.AddReplicaAsync();

        await system.SettledAsync(("delivered", 1));
    }
}
