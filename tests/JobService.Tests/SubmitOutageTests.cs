using System.Net.Http.Json;
using MjAspire.Testing;

namespace MjAspire.JobService.Tests;

/// <summary>A submit that is under way when a server goes: its answer is worth money.</summary>
public class SubmitOutageTests(Servers servers)
{
    [Fact]
    public async Task An_answer_that_comes_after_the_broker_was_lost_is_recorded_and_nothing_is_bought_twice()
    {
        await using var broker = servers.CreateOwn("rabbitmq");
        await broker.StartAsync();
        await using var jobs = await JobsUnderTest.StartAsync(servers, messaging: broker.Address);
        using var answer = Hold(jobs.Relay);
        var id = await jobs.CreateAsync();
        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count == 1, "the submit to be under way");

        await CloseConnectionsAsync(broker);
        var next = await jobs.CreateAsync(); // runs once the bus is whole again
        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count == 2, "the bus to be back");
        answer.Release(2);

        await jobs.JobAtStepAsync(id, "submitted");
        await jobs.JobAtStepAsync(next, "submitted");
        Assert.Equal(2, jobs.Relay.Submits.Count);
    }

    [Fact]
    public async Task An_answer_that_comes_while_the_database_is_away_waits_for_it()
    {
        await using var postgres = servers.CreateOwn("postgres");
        await postgres.StartAsync();
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("ConnectionStrings:jobs", postgres.Address));
        using var answer = Hold(jobs.Relay);
        var id = await jobs.CreateAsync();
        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count == 1, "the submit to be under way");

        await postgres.KillAsync();
        answer.Release();
        await postgres.StartAsync();

        await jobs.JobAtStepAsync(id, "submitted");
        Assert.Single(jobs.Relay.Submits);
    }

    /// <summary>Answers are held back until they are released, or until nobody waits for them any more.</summary>
    private static SemaphoreSlim Hold(Relay relay)
    {
        var answer = new SemaphoreSlim(0);
        relay.OnSubmit = async (context, _) =>
        {
            await answer.WaitAsync(context.RequestAborted);
            return null;
        };
        return answer;
    }

    /// <summary>The broker hangs up on everyone, who may come back at once.</summary>
    private static async Task CloseConnectionsAsync(Server broker)
    {
        using var management = Servers.Management(broker);
        var names = await Eventually.GetAsync(
            async () => (await management.GetFromJsonAsync<List<Connection>>("/api/connections"))!.Where(one => one.Name is not null).ToList() is { Count: >= 2 } found ? found : null,
            "the broker to know its connections");
        foreach (var connection in names)
            await management.DeleteAsync($"/api/connections/{Uri.EscapeDataString(connection.Name!)}");
    }

    private sealed record Connection(string? Name);
}
