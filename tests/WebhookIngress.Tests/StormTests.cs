using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using MjAspire.Testing;

namespace MjAspire.WebhookIngress.Tests;

public sealed class StormTests(Servers servers, ITestOutputHelper output)
{
    private const int Callers = 48;
    private static readonly int Count = LongForm.IsOn ? 100_000 : 5_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(LongForm.IsOn ? 15 : 2);

    /// <summary>
    /// 30 % of the callbacks are repetitions of others, in any order and at any distance. Callers come again after any answer but 202, as good providers do,
    /// except every tenth, which never does: had one of those been answered 202 without being queued, nothing would make up for it.
    /// </summary>
    [Fact]
    public async Task Every_callback_reaches_the_queue_and_none_is_answered_2xx_without_while_the_broker_is_killed_in_the_middle()
    {
        await using var broker = servers.CreateOwn("rabbitmq");
        await broker.StartAsync();
        await using var ingress = await Ingress.StartAsync(servers, messaging: broker.Address, listen: false, settings:
        [
            ("Webhooks:PublishTimeout", "00:00:02"),
            ("Webhooks:Limits:PerProvider:Burst", "0"), ("Webhooks:Limits:PerProvider:PerMinute", "0"),
            ("Webhooks:Limits:PerAddress:Burst", "0"), ("Webhooks:Limits:PerAddress:PerMinute", "0"),
        ]);
        await ingress.ListenAsync(quorum: true);
        await broker.SettledAsync();
        var distinct = Enumerable.Range(0, Count * 7 / 10).Select(i => (Token: Ingress.Token(), Body: $"{{\"n\":{i}}}")).ToArray();
        var calls = Enumerable.Range(0, Count).Select(i => i % distinct.Length).ToArray();
        Random.Shared.Shuffle(calls);

        var accepted = new ConcurrentDictionary<int, bool>();
        var (made, answered503) = (0, 0);
        var began = Stopwatch.GetTimestamp();
        var storm = Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = TestContext.Current.CancellationToken }, async (n, cancellationToken) =>
        {
            Interlocked.Increment(ref made);
            while (true)
            {
                using var answer = await ingress.PostAsync(distinct[n].Token, distinct[n].Body);
                if (answer.StatusCode == HttpStatusCode.Accepted)
                {
                    accepted[n] = true;
                    return;
                }
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                Interlocked.Increment(ref answered503);
                if (n % 10 == 0)
                    return;
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        });

        await Eventually.TrueAsync(() => Volatile.Read(ref made) >= Count / 2, "half of the storm", Patience);
        await broker.KillAsync();
        await Eventually.TrueAsync(() => Volatile.Read(ref answered503) > 0, "callers to notice", Patience);
        await broker.StartAsync();
        await storm.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var took = Stopwatch.GetElapsedTime(began);

        HashSet<string> Queued() => [.. ingress.Queued.Select(callback => Encoding.UTF8.GetString(callback.Body))];
        await Eventually.TrueAsync(() => Queued().IsSupersetOf(accepted.Keys.Select(n => distinct[n].Body)), "everything accepted in the queue", Patience);
        output.WriteLine($"{Count} callbacks, {distinct.Length} distinct, {answered503} times 503, {ingress.Queued.Count} queued, {ingress.HandedOutAgain} handed out again, {took.TotalSeconds:F1} s, the broker's restart included");

        Assert.All(Enumerable.Range(0, distinct.Length).Where(n => n % 10 != 0), n => Assert.True(accepted.ContainsKey(n)));
        // Repetitions are told: only the moment of the kill may have doubled some. What was read when the broker died, and is handed out again, is none.
        Assert.InRange(ingress.Queued.Count - ingress.HandedOutAgain - Queued().Count, 0, Callers + distinct.Length / 100);
    }
}
