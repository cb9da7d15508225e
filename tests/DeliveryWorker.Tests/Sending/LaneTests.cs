using System.Diagnostics;
using MjAspire.Contracts.Jobs;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class LaneTests(Servers servers)
{
    [Fact]
    public async Task First_attempts_go_before_a_long_backlog_of_old_retries_to_the_same_endpoint()
    {
        await using var receiver = await Receiver.StartAsync(async context =>
        {
            await Task.Delay(20, context.RequestAborted);
            context.Response.StatusCode = 204;
        });
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:Concurrency", "8"), ("Delivery:ConcurrencyPerEndpoint", "8"));
        await system.AddEndpointAsync(receiver.Url, "*");
        await AddDueRetriesAsync(system, 3_000);
        await Eventually.TrueAsync(() => receiver.Requests.Count > 20, "the retries to be under way");

        var fresh = system.Change(JobStatus.Failed);
        await system.PublishAsync(fresh);
        await Eventually.TrueAsync(
            () => receiver.Requests.Any(request => request.Text.Contains(fresh.JobId.ToString(), StringComparison.Ordinal)), "the first attempt");

        Assert.NotEqual(0, (await system.QueryAsync<long>("select count(*) from deliveries where status = 'pending' and is_retry"))[0]);
    }

    [Fact]
    public async Task Many_endpoints_that_never_answer_leave_room_for_one_that_does()
    {
        await using var silent = await Receiver.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var quick = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(
            servers, ("Delivery:Concurrency", "16"), ("Delivery:AttemptTimeout", "0:00:01"), ("Delivery:Lease", "0:00:06"), ("Delivery:RetrySchedule", "0:00:01, 0:00:01, 0:00:01"));
        for (var i = 0; i < 30; i++)
            await system.AddEndpointAsync(silent.Url, "job.failed");
        await system.AddEndpointAsync(quick.Url, "job.completed");
        await system.PublishAsync([.. Enumerable.Range(1, 10).Select(i => system.Change(JobStatus.Failed, sequence: i))]);
        await Eventually.TrueAsync(() => silent.Requests.Count > 30, "the silent ones to be known");

        await system.PublishAsync([.. Enumerable.Range(1, 100).Select(i => system.Change(sequence: i))]);
        await Eventually.TrueAsync(() => quick.Requests.Count == 100, "the quick one to have everything");

        Assert.InRange(silent.Requests.Count, 31, 299); // it did not have to wait until each of their 300 had had its turn
    }

    [Fact]
    public async Task Endpoint_gets_no_more_a_second_than_it_wants()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.CallAsync("POST", "/api/endpoints", new { url = receiver.Url, events = new[] { "*" }, rate_limit = 10 });

        var start = Stopwatch.GetTimestamp();
        await system.PublishAsync([.. Enumerable.Range(1, 40).Select(i => system.Change(sequence: i))]);
        await system.SettledAsync(("delivered", 40));

        // A second's worth at once, and the others as the second's worth fills again.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(2.8), Eventually.Patience);
    }

    [Fact]
    public async Task Attempt_that_takes_all_its_time_is_not_made_by_anybody_else_meanwhile()
    {
        await using var receiver = await Receiver.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var system = await DeliverySystem.StartAsync(
            servers, ("Delivery:AttemptTimeout", "0:00:02"), ("Delivery:Lease", "0:00:07"), ("Delivery:RetrySchedule", "1:00:00"), ("Delivery:PollInterval", "0:00:00.01"));
        await system.AddReplicaAsync();
        await system.AddEndpointAsync(receiver.Url, "*");

        await system.PublishAsync(system.Change());
        await Eventually.TrueAsync(async () => (await system.QueryAsync<string>("select last_error from deliveries")) is ["timeout"], "the attempt to time out");

        Assert.Single(receiver.Requests);
    }

    private static async Task AddDueRetriesAsync(DeliverySystem system, int count) => await system.QueryAsync<int>(
        """
        with event as (
            insert into events (id, owner_id, type, payload, content_type, occurred_at)
            select gen_random_uuid(), @owner, 'job.completed', '{}', 'application/json', now() from generate_series(1, @count)
            returning id
        )
        insert into deliveries (id, event_id, endpoint_id, status, is_retry, attempts, next_attempt_at)
        select uuid_v7(now()), event.id, endpoints.id, 'pending', true, 1, now() - interval '1 day' from event cross join endpoints where owner_id = @owner
        """,
        new { owner = system.Owner, count });
}
