using System.Diagnostics;
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

        using (var doomed = StartProcess(system.Settings))
        {
            // The schema exists once the process has begun; then the work can be given to it, without any other replica about.
            await Eventually.TrueAsync(() => ExistsAsync(system), "the schema");
            await system.QueryAsync<int>(PlannedByHand, new { url = receiver.Url, owner = system.Owner, now = TimeProvider.System.GetUtcNow().UtcDateTime });
            await Eventually.TrueAsync(() => !receiver.Requests.IsEmpty, "the attempt to begin");
            doomed.Kill();
            await doomed.WaitForExitAsync(Cancelled);
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

    private const string PlannedByHand =
        """
        with endpoint as (
            insert into endpoints (id, owner_id, url, events, description, secret, headers, is_registered, is_enabled, created_at)
            values (gen_random_uuid(), @owner, @url, '{*}', '', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '{}', false, true, @now)
            returning id),
        event as (
            insert into events (id, owner_id, type, payload, occurred_at) values (gen_random_uuid(), @owner, 'job.completed', '{}', @now) returning id)
        insert into deliveries (id, event_id, endpoint_id, status, attempts, next_attempt_at)
        select gen_random_uuid(), event.id, endpoint.id, 'pending', 0, @now from event, endpoint
        """;

    private static async Task<bool> ExistsAsync(DeliverySystem system) =>
        (await system.QueryAsync<bool>("select to_regclass('attempts') is not null"))[0];

    /// <summary>The service as a process of its own, which can really be killed.</summary>
    private static Process StartProcess(IReadOnlyDictionary<string, string?> settings) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
        [typeof(Program).Assembly.Location, "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", .. settings.Select(setting => $"--{setting.Key}={setting.Value}")])
    {
        UseShellExecute = false,
        WorkingDirectory = AppContext.BaseDirectory,
    })!;
}
