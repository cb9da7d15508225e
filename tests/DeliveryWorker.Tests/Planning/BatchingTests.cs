using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Contracts.Jobs;
using MjAspire.Contracts.Webhooks;
using MjAspire.DeliveryWorker.Planning;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Planning;

public sealed class BatchingTests(Servers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_that_happen_at_once_are_planned_in_few_transactions_each_for_its_own_owner()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        var owners = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var owner in owners)
            await system.AddEndpointAsync(receiver.Url, owner, system.First.Address);
        var planner = system.First.Services.GetRequiredService<Planner>();
        var changes = Enumerable.Range(0, 200).Select(i => system.Change() with { OwnerId = owners[i % owners.Length] }).ToArray();

        await Task.WhenAll(changes.Concat(changes).Select(change => planner.PlanAsync(Happening(change), Cancelled)));
        await system.SettledAsync(("delivered", 200));

        Assert.Equal(200, receiver.Requests.Count);
        Assert.InRange((await system.QueryAsync<long>("select count(distinct xmin::text) from events"))[0], 1, 20);
        Assert.Equal(0, (await system.QueryAsync<long>(
            "select count(*) from deliveries join events on events.id = event_id join endpoints on endpoints.id = endpoint_id where events.owner_id <> endpoints.owner_id"))[0]);
    }

    [Fact]
    public async Task Event_that_cannot_be_planned_fails_alone()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "job.*");
        var planner = system.First.Services.GetRequiredService<Planner>();
        var poisoned = Happening(system.Change()) with { Tell = _ => throw new InvalidOperationException("poison") };

        var before = Enumerable.Range(0, 10).Select(_ => planner.PlanAsync(Happening(system.Change()), Cancelled)).ToArray();
        var failing = planner.PlanAsync(poisoned, Cancelled);
        var after = Enumerable.Range(0, 10).Select(_ => planner.PlanAsync(Happening(system.Change()), Cancelled)).ToArray();

        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await Task.WhenAll([.. before, .. after]);
        await system.SettledAsync(("delivered", 20));
    }

    [Fact]
    public async Task Message_the_database_refuses_keeps_no_other_from_being_told()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers, ("DESTINATION_URL", receiver.Url));
        await system.AddEndpointAsync(receiver.Url, "job.*");
        var refused = Callback(Guid.CreateVersion7()) with { ContentType = "\0" }; // no text for Postgres

        await system.PublishAsync([.. Enumerable.Range(0, 20).Select(i => i == 10 ? (object)refused : system.Change())]);
        await system.SettledAsync(("delivered", 19));

        Assert.Equal(["job.completed"], await system.QueryAsync<string>("select distinct type from events"));
    }

    [Fact]
    public async Task Deliveries_planned_together_belong_each_to_the_trace_of_its_own_message()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "*");
        using var spans = new Spans();

        var expected = new HashSet<(Guid, string)>();
        var published = new List<Task>();
        foreach (var change in Enumerable.Range(0, 30).Select(_ => system.Change()))
        {
            using var root = Spans.StartRoot();
            expected.Add((JobEvents.Of(change, null).Id, root.TraceId.ToHexString()));
            published.Add(system.PublishAsync(change));
            Activity.Current = null;
        }
        await Task.WhenAll(published);
        await system.SettledAsync(("delivered", 30));

        Assert.Equal(expected, (await system.QueryAsync<(Guid, string)>("select id, substring(trace_parent from 4 for 32) from events")).ToHashSet());
        Assert.Equal(expected.Select(one => one.Item2).Order(), receiver.Requests.Select(request => request.TraceParent![3..35]).Order());
    }

    [Fact]
    public async Task Callback_planned_together_with_its_jobs_creation_is_told_to_the_jobs_owner()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "provider.callback");
        var planner = system.First.Services.GetRequiredService<Planner>();
        var created = system.Change(JobStatus.Pending, previous: null, sequence: 1);
        var callback = Callback(created.JobId);

        await Task.WhenAll(
            planner.PlanAsync(Happening(system.Change()), Cancelled), // so that the next ones wait for each other
            planner.PlanAsync(Happening(created), Cancelled),
            planner.PlanAsync(
                new() { Type = EventTypes.ProviderCallback, JobId = created.JobId, Tell = owner => CallbackEvents.Of(callback, created.JobId, owner, null) },
                Cancelled));
        await system.SettledAsync(("delivered", 1));

        Assert.Equal([system.Owner], await system.QueryAsync<Guid>("select owner_id from events"));
    }

    private static Happening Happening(JobChanged change) => new()
    {
        Type = JobEvents.TypeOf(change),
        OwnerId = change.OwnerId,
        JobId = change.JobId,
        IsJobNew = change.PreviousStatus is null,
        Tell = _ => JobEvents.Of(change, null),
    };

    private static ProviderCallbackReceived Callback(Guid jobId) => new()
    {
        CallbackId = Guid.CreateVersion7(),
        Provider = "midjourney",
        JobId = jobId,
        ReceivedAt = TimeProvider.System.GetUtcNow(),
        ContentType = "application/json",
        Body = "{}"u8.ToArray(),
    };
}
