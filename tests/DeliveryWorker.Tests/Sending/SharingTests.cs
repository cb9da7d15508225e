using System.Net.Http.Json;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class SharingTests(Servers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_workers_never_attempt_the_same_delivery()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:PollInterval", "0:00:00.005"));
        await system.AddReplicaAsync();
        for (var i = 0; i < 5; i++)
            await system.AddEndpointAsync(receiver.Url, "*");

        await system.PublishAsync([.. Enumerable.Range(1, 200).Select(i => system.Change(sequence: i))]);
        await system.SettledAsync(("delivered", 1000));

        Assert.Equal(1000, receiver.Requests.Count);
        Assert.Equal(1, Assert.Single(await system.QueryAsync<int>("select max(attempts) from deliveries")));
    }

    [Fact]
    public async Task Delivery_of_a_killed_worker_is_made_by_another_under_the_same_id()
    {
        var isHanging = true;
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context => isHanging ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Receiver.Status(200)(context);
        await using var system = await DeliverySystem.PrepareAsync(servers, ("Delivery:AttemptTimeout", "0:00:20"), ("Delivery:Lease", "0:00:25"));

        await using (var doomed = await ServiceProcess.StartAsync(typeof(Program).Assembly, system.Settings))
        {
            using var http = system.Http(address: doomed.Address);
            (await http.PostAsJsonAsync("/api/endpoints", new { url = receiver.Url, events = new[] { "*" } }, Cancelled)).EnsureSuccessStatusCode();
            await system.PublishAsync(system.Change());
            await Eventually.TrueAsync(() => !receiver.Requests.IsEmpty, "the attempt to begin");
            await doomed.KillAsync();
        }
        isHanging = false;
        Assert.Equal(["pending"], await system.QueryAsync<string>("select status from deliveries where lease_until > now()"));

        // The lease is brought to its end, rather than waited for.
        await system.QueryAsync<int>("update deliveries set lease_until = now()");
        await system.AddReplicaAsync();
        await system.SettledAsync(("delivered", 1));

        Assert.Equal(2, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => request.Id).Distinct());
    }
}
