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
        await using var receiver = await Receiver.StartAsync(AnswerAsync);
        await using var system = await DeliverySystem.PrepareAsync(
            servers,
            ("Delivery:AttemptTimeout", "0:00:02"), ("Delivery:Lease", "0:00:07"),
            ("Delivery:RetrySchedule", "0:00:00.5, 0:00:01, 0:00:02, 0:00:04, 0:00:08, 0:00:16"));
        await using var doomed = await WorkerProcess.StartAsync(system.Settings);
        await using var other = await WorkerProcess.StartAsync(system.Settings);
        var owners = Enumerable.Range(0, Owners).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var (index, owner) in owners.Index())
            await AddEndpointsAsync(system, other.Address, receiver, owner, Ways[index % Ways.Length].Name);

        var run = new Run(system, receiver, owners);
        var start = Stopwatch.GetTimestamp();
        await run.PublishAsync(events * 6 / 10);
        var late = run.Latencies();
        var before = receiver.Requests.Count;

        // In the middle of its work, not between two pieces of it.
        var publishing = run.PublishAsync(events * 4 / 10);
        await Eventually.TrueAsync(() => receiver.Requests.Count > before + Chunk, "work to be under way");
        await doomed.KillAsync();
        var starting = WorkerProcess.StartAsync(system.Settings);
        await publishing;
        await run.ArrivedAsync();
        await using var fresh = await starting;

        var p99 = late[late.Count * 99 / 100];
        var healthy = receiver.Requests.Count(request => request.Path.StartsWith("healthy", StringComparison.Ordinal));
        output.WriteLine($"{events:N0} events to {Owners * (HealthyEach + 1)} endpoints in {Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s; "
            + $"first attempts of healthy ones: median {late[late.Count / 2].TotalMilliseconds:N0} ms, p99 {p99.TotalMilliseconds:N0} ms; "
            + $"{healthy - (events * HealthyEach)} of {healthy:N0} arrived twice; "
            + string.Join(", ", Ways.Select(way => $"{receiver.Requests.Count(request => request.Path == way.Name):N0} attempts at {way.Name} ones")));
        Assert.InRange(p99, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(2, (await system.QueryAsync<Guid>("select id from endpoints where disabled_reason = 'gone'")).Count);
        await Eventually.TrueAsync(async () => (await system.QueryAsync<long>(
            "select count(*) from deliveries join endpoints on endpoints.id = endpoint_id where url like '%/healthy%' and status <> 'delivered'"))[0] == 0,
            "what the killed worker sent and could not write down to be sent again");
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Trim('/');
        return Ways.FirstOrDefault(way => way.Name == path).Answer is { } answer ? answer(context) : Receiver.Status(204)(context);
    }

    private static async Task AddEndpointsAsync(DeliverySystem system, Uri address, Receiver receiver, Guid owner, string way)
    {
        for (var i = 0; i < HealthyEach; i++)
            await system.AddEndpointAsync(receiver.UrlOf($"healthy-{owner}-{i}"), owner, address);
        await system.AddEndpointAsync(receiver.UrlOf(way), owner, address);
    }

    /// <summary>Publishes, and knows what must arrive. Never far ahead of what has arrived: what is measured is not a backlog of ours.</summary>
    private sealed class Run(DeliverySystem system, Receiver receiver, Guid[] owners)
    {
        private readonly Dictionary<string, (Guid Owner, long At)> _published = [];

        public async Task PublishAsync(int events)
        {
            for (var done = 0; done < events; done += Chunk)
            {
                var changes = Enumerable.Range(0, Chunk)
                    .Select(i => system.Change() with { JobId = Guid.CreateVersion7(), OwnerId = owners[i % owners.Length] }).ToArray();
                foreach (var change in changes)
                    _published[EventId.Of("job", change.JobId, change.Sequence).ToString()] = (change.OwnerId, Stopwatch.GetTimestamp());
                await system.PublishAsync([.. changes]);
                await Eventually.TrueAsync(() => Missing() < Chunk * HealthyEach, "what was published to arrive");
            }
        }

        public Task ArrivedAsync() => Eventually.TrueAsync(() => Missing() == 0, "every event to arrive at every healthy endpoint");

        /// <summary>From publishing to the first arrival, of all that has arrived at healthy endpoints, sorted.</summary>
        public List<TimeSpan> Latencies() => [.. Arrivals()
            .Select(arrival => Stopwatch.GetElapsedTime(_published[arrival.First().Id].At, arrival.Min(request => request.At)))
            .Order()];

        private int Missing() => (_published.Count * HealthyEach) - Arrivals().Count();

        private IEnumerable<IGrouping<(string, string), Received>> Arrivals() =>
            receiver.Requests.Where(request => request.Path.StartsWith("healthy", StringComparison.Ordinal)).GroupBy(request => (request.Path, request.Id));
    }
}
