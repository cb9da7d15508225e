using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class QueueTests(Servers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queue_is_measured_by_lane_and_by_what_is_overdue_most()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:RetrySchedule", "1:00:00"));
        var queue = system.First.Services.GetRequiredService<QueueTable>();
        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal(new(0, 0, null), await queue.MeasureAsync(now, Cancelled));

        await system.AddEndpointAsync(receiver.Url, "*");
        await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change(sequence: 1), system.Change(sequence: 2));
        await Eventually.TrueAsync(async () => (await queue.MeasureAsync(now, Cancelled)).Retries == 4, "four retries to wait");
        Assert.Equal((0, null), await queue.MeasureAsync(now, Cancelled) is var state ? (state.First, state.OldestDue) : default);

        var later = await queue.MeasureAsync(now.AddHours(3), Cancelled);
        Assert.InRange(now.AddHours(3) - later.OldestDue!.Value, TimeSpan.FromMinutes(90), TimeSpan.FromHours(3));
    }

    [Fact]
    public async Task Attempts_retries_and_dead_letters_are_counted_and_the_queue_observed()
    {
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "MjAspire.Delivery")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, 1, tags));
        listener.Start();
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("dead", 1));
        system.First.Services.GetRequiredService<DeliveryMetrics>().Queue(new(3, 2, null), TimeProvider.System.GetUtcNow());
        listener.RecordObservableInstruments();

        // Other tests count at the same time, so that there may be more; this endpoint is ours alone.
        Assert.Equal(4, seen[$"mjaspire.delivery.endpoint.attempts endpoint.id={id} outcome=failed"]);
        Assert.Contains("mjaspire.delivery.attempt.duration event.type=job.completed outcome=failed error.type=500", seen.Keys);
        Assert.Contains("mjaspire.delivery.queue.depth lane=retry", seen.Keys);
        Assert.Contains("mjaspire.delivery.queue.age", seen.Keys);
        await Eventually.TrueAsync(
            () => seen.ContainsKey("mjaspire.delivery.retries") && seen.ContainsKey("mjaspire.delivery.exhausted"), "retries and dead letters to be counted");

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = instrument.Name;
            foreach (var tag in tags)
                name += $" {tag.Key}={tag.Value}";
            seen.AddOrUpdate(name, value, (_, sum) => sum + value);
        }
    }
}
