using MjAspire.Contracts.Delivery;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class DisablingTests(Servers servers)
{
    [Theory]
    [InlineData(5.0, 10, true)]
    [InlineData(6.0, 11, true)]
    [InlineData(4.99, 1000, false)] // not for long enough
    [InlineData(50.0, 9, false)] // not often enough
    public void Endpoint_is_spent_after_failing_for_days_and_often_enough(double days, int attempts, bool isSpent)
    {
        var now = new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
        var endpoint = new FailingEndpoint(Guid.CreateVersion7(), Guid.CreateVersion7(), now.AddDays(-days), attempts, IsEnabled: true);

        Assert.Equal(isSpent, Failures.IsSpent(endpoint, new(), now));
        Assert.False(Failures.IsSpent(endpoint with { IsEnabled = false }, new(), now));
    }

    [Fact]
    public async Task Endpoint_that_fails_for_days_is_disabled_announced_and_what_it_misses_is_kept_for_replay()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:DisableAfterAttempts", "5"), ("Delivery:RetrySchedule", "0:00:00.05"));
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");
        var announced = await system.ListenAsync<EndpointDisabled>();
        await system.PublishAsync(system.Change(sequence: 1));
        await system.SettledAsync(("dead", 1));
        await system.QueryAsync<int>("update endpoints set failing_since = failing_since - interval '5 days'"); // rather than waited for

        await system.PublishAsync(system.Change(sequence: 2));
        await system.SettledAsync(("dead", 2));
        await system.PublishAsync(system.Change(sequence: 3));
        var told = await announced;
        await system.PublishAsync(system.Change(sequence: 4));
        await system.SettledAsync(("dead", 2), ("held", 2));

        Assert.Equal((id, "failing"), (told.EndpointId, told.Reason));
        Assert.Equal(5, receiver.Requests.Count);

        receiver.Answer = Receiver.Status(200);
        await system.CallAsync("PATCH", $"/api/endpoints/{id}", new { enabled = true });
        await system.CallAsync("POST", $"/api/endpoints/{id}/replay?since=2020-01-01T00:00:00Z");
        await system.SettledAsync(("delivered", 4));
    }

    [Fact]
    public async Task One_success_is_enough_to_begin_counting_anew()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:DisableAfterAttempts", "3"), ("Delivery:RetrySchedule", "0:00:00.05"));
        await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change(sequence: 1));
        await system.SettledAsync(("dead", 1));
        await system.QueryAsync<int>("update endpoints set failing_since = failing_since - interval '5 days'");
        receiver.Answer = Receiver.Status(200);
        await system.PublishAsync(system.Change(sequence: 2));
        await system.SettledAsync(("dead", 1), ("delivered", 1));
        receiver.Answer = Receiver.Status(500);
        await system.PublishAsync(system.Change(sequence: 3));
        await system.SettledAsync(("dead", 2), ("delivered", 1));

        Assert.Equal((true, 2), Assert.Single(await system.QueryAsync<(bool, int)>("select is_enabled, failed_attempts from endpoints where owner_id = @Owner", new { system.Owner })));
    }
}
