using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MjAspire.Testing;

namespace MjAspire.EndToEnd.Tests.Chaos;

/// <summary>
/// Jobs with mixed faults are ordered while one part after another is killed with SIGKILL and comes back. A short form for every run, a long one for
/// <c>make chaos</c>. <c>MJ_CHAOS_SEED</c> repeats the choices of a run, though not its races.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "Chance, not secrecy.")]
public sealed class ChaosTests(ITestOutputHelper output)
{
    /// <summary>Between two orders: a customer is not a load test.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(120);

    /// <summary>Each service, then each server.</summary>
    private static readonly Victim[] Victims =
    [
        new("job-service", 0), new("image-store", 0), new("webhook-ingress", 0), new("delivery-worker", 0), new("mcp-gateway", 0), new("job-service", 1),
        new("rabbitmq", 0), new("redis", 0), new("postgres", 0),
    ];

    /// <summary>And once more with all replicas at once, and in any order.</summary>
    private static readonly Victim[] More = [.. Victims, new("job-service", 0, 1), new("postgres", 0), new("rabbitmq", 0)];

    [Fact]
    public async Task Nothing_is_lost_doubled_or_untold_while_everything_is_killed_in_turn()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MJ_CHAOS_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next(100_000);
        var chance = new Random(seed);
        var (victims, perVictim) = LongForm.IsOn ? ([.. Victims, .. Shuffled(More, chance)], 10) : (Victims, 7);
        var orders = Order.Mixed(victims.Length * perVictim, chance);
        output.WriteLine($"seed {seed}, {orders.Count} jobs, {victims.Length} kills");

        await using var application = new ChaosApplication();
        await application.InitializeAsync();
        using var gateway = application.Http();
        gateway.Timeout = TimeSpan.FromSeconds(10);
        await using var receiver = await Receiver.StartAsync(gateway, "job.*");
        var customer = new Customer(gateway);

        var started = Stopwatch.GetTimestamp();
        foreach (var (victim, batch) in victims.Zip(orders.Chunk(perVictim)))
        {
            var fatal = chance.Next(perVictim);
            var (ordering, killing) = (new List<Task>(), Task.CompletedTask);
            foreach (var (i, order) in batch.Index())
            {
                if (i == fatal)
                    killing = application.KillAsync(victim);
                ordering.Add(customer.OrderAsync(order, TestContext.Current.CancellationToken));
                await Task.Delay(Pace, TestContext.Current.CancellationToken);
            }
            await Eventually.TrueAsync(
                () => Task.FromResult(killing.IsCompleted && ordering.TrueForAll(order => order.IsCompleted)),
                () => $"{victim} to be back ({killing.Status}) and {ordering.Count(order => !order.IsCompleted)} orders to be taken", TimeSpan.FromMinutes(2));
            await Task.WhenAll(ordering.Append(killing));
            output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s: {victim} was killed and is back");
        }

        var books = new Books(application, receiver, orders);
        await books.CloseAsync(TimeSpan.FromMinutes(3));
        await books.CompareAsync();
        output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s: all have ended: {books.Summary}");
        output.WriteLine($"{customer.Retries} orders repeated, {receiver.Events.Count} deliveries, {books.RepeatedDeliveries} of them repeated, {books.BoughtTwice} bought twice by the rule");
        Assert.True(books.Discrepancies.Count == 0, string.Join('\n', books.Discrepancies));
    }

    private static Victim[] Shuffled(Victim[] victims, Random chance)
    {
        Victim[] shuffled = [.. victims];
        chance.Shuffle(shuffled);
        return shuffled;
    }
}
