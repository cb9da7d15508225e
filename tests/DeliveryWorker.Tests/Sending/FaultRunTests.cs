using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using MjAspire.DeliveryWorker.Planning;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Sending;

/// <summary>
/// Fifty endpoints of ten owners; of each owner's five one is in a bad way. Two workers, one of which is killed in the middle.
/// </summary>
public sealed class FaultRunTests(Servers servers, ITestOutputHelper output)
{
    private const int Owners = 10;
    private const int HealthyEach = 4;
    private const int Chunk = 100;
    private static readonly TimeSpan OnTime = TimeSpan.FromSeconds(2);

    private static readonly byte[] Piece = new byte[64 * 1024];

    /// <summary>What the fifth endpoint of each owner does.</summary>
    private static readonly (string Name, Func<HttpContext, Task> Answer)[] Ways =
    [
        ("slow", context => Task.Delay(Timeout.Infinite, context.RequestAborted)),
        ("failing", Receiver.Status(500)),
        ("resetting", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }),
        ("gone", Receiver.Status(410)),
        ("endless", async context =>
        {
            for (var sent = 0; sent < 30 * 1024 * 1024; sent += Piece.Length)
                await context.Response.Body.WriteAsync(Piece, context.RequestAborted);
        }),
    ];

    [Fact]
    public async Task Healthy_endpoints_get_everything_in_time_whatever_the_others_do_and_though_a_worker_is_killed()
    {
        var events = LongForm.IsOn ? 20_000 : 2_000;
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.PrepareAsync(
            servers,
            ("Delivery:AttemptTimeout", "0:00:02"), ("Delivery:Lease", "0:00:07"),
            ("Delivery:RetrySchedule", "0:00:00.5, 0:00:01, 0:00:02, 0:00:04, 0:00:08, 0:00:16"));
        await using var doomed = await ServiceProcess.StartAsync(typeof(Program).Assembly, system.Settings);
        await using var other = await ServiceProcess.StartAsync(typeof(Program).Assembly, system.Settings);
        var owners = Enumerable.Range(0, Owners).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var (index, owner) in owners.Index())
            await AddEndpointsAsync(system, other.Address, receiver, owner, Ways[index % Ways.Length].Name);

        var run = new Run(system, owners);
        receiver.Answer = run.AnswerAsync;
        await run.PublishAsync(events / 10); // everything has been compiled, and the bad ones are known as such
        await run.ArrivedAsync();
        var start = Stopwatch.GetTimestamp();
        var late = await run.MeasureAsync(events / 2);

        // In the middle of its work, not between two pieces of it.
        var before = run.Arrived;
        var publishing = run.PublishAsync(events * 4 / 10);
        await Eventually.TrueAsync(() => run.Arrived > before + Chunk, "work to be under way");
        await doomed.KillAsync();
        var starting = ServiceProcess.StartAsync(typeof(Program).Assembly, system.Settings);
        await publishing;
        await run.ArrivedAsync();
        await using var fresh = await starting;

        var (median, p99) = (late[late.Count / 2], late[late.Count * 99 / 100]);
        output.WriteLine($"{events:N0} events to {Owners * (HealthyEach + 1)} endpoints in {Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s; "
            + $"first attempts of healthy ones: median {median.TotalMilliseconds:N0} ms, p99 {p99.TotalMilliseconds:N0} ms; "
            + $"{run.Arrivals - run.Arrived} of {run.Arrived:N0} arrived twice; {string.Join(", ", Ways.Select(way => $"{run.Attempts(way.Name):N0} attempts at {way.Name} ones"))}");

        // On a machine with other things to do everything is late, and it says nothing.
        if (!IsBusy())
            Assert.InRange(p99, TimeSpan.Zero, OnTime);
        Assert.Equal(2, (await system.QueryAsync<Guid>("select id from endpoints where disabled_reason = 'gone'")).Count);
        await Eventually.TrueAsync(async () => (await system.QueryAsync<long>(
            "select count(*) from deliveries join endpoints on endpoints.id = endpoint_id where url like '%/healthy%' and status <> 'delivered'"))[0] == 0,
            "what the killed worker sent and could not write down to be sent again");
    }

    /// <summary>More than we give it to do ourselves. <code>4.17 3.90 3.51 2/812 12345</code></summary>
    private static bool IsBusy() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0]) > 4 * Environment.ProcessorCount;

    private static async Task AddEndpointsAsync(DeliverySystem system, Uri address, Receiver receiver, Guid owner, string way)
    {
        for (var i = 0; i < HealthyEach; i++)
            await system.AddEndpointAsync(receiver.UrlOf($"healthy-{owner}-{i}"), owner, address);
        await system.AddEndpointAsync(receiver.UrlOf(way), owner, address);
    }

    /// <summary>Publishes, and knows what must arrive. Never far ahead of what has arrived: what is measured is not a backlog of ours.</summary>
    private sealed class Run(DeliverySystem system, Guid[] owners)
    {
        private readonly ConcurrentDictionary<(string Path, string Event), long> _arrived = [];
        private readonly ConcurrentDictionary<string, int> _attempts = [];
        private readonly Dictionary<string, long> _published = [];
        private int _arrivals;

        /// <summary>Events at healthy endpoints, each counted once.</summary>
        public int Arrived => _arrived.Count;

        public int Arrivals => Volatile.Read(ref _arrivals);

        public int Attempts(string way) => _attempts.GetValueOrDefault(way);

        public Task AnswerAsync(HttpContext context)
        {
            var path = context.Request.Path.Value!.Trim('/');
            if (Ways.FirstOrDefault(way => way.Name == path).Answer is { } answer)
            {
                _attempts.AddOrUpdate(path, 1, (_, count) => count + 1);
                return answer(context);
            }
            Interlocked.Increment(ref _arrivals);
            _arrived.TryAdd((path, context.Request.Headers["webhook-id"].ToString()), Stopwatch.GetTimestamp());
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        }

        public async Task PublishAsync(int events)
        {
            for (var done = 0; done < events; done += Chunk)
            {
                var changes = Enumerable.Range(0, Chunk)
                    .Select(i => system.Change() with { JobId = Guid.CreateVersion7(), OwnerId = owners[i % owners.Length] }).ToArray();
                foreach (var change in changes)
                    _published[EventId.Of("job", change.JobId, change.Sequence).ToString()] = Stopwatch.GetTimestamp();
                await system.PublishAsync([.. changes]);
                await Eventually.TrueAsync(() => Missing < Chunk * HealthyEach / 2, "what was published to arrive");
            }
        }

        public Task ArrivedAsync() => Eventually.TrueAsync(() => Task.FromResult(Missing == 0), () => $"{Missing} events to arrive at healthy endpoints", TimeSpan.FromMinutes(2));

        /// <summary>Publishes, and returns the times from publishing to the first arrival, sorted.</summary>
        public async Task<List<TimeSpan>> MeasureAsync(int events)
        {
            var before = Stopwatch.GetTimestamp();
            await PublishAsync(events);
            await ArrivedAsync();
            return [.. _arrived.Where(arrival => _published[arrival.Key.Event] > before)
                .Select(arrival => Stopwatch.GetElapsedTime(_published[arrival.Key.Event], arrival.Value))
                .Order()];
        }

        private int Missing => (_published.Count * HealthyEach) - Arrived;
    }
}
