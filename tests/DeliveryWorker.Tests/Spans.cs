using System.Collections.Concurrent;
using System.Diagnostics;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests;

/// <summary>Records every span of this process while it is listened to.</summary>
internal sealed class Spans : IDisposable
{
    private static readonly ActivitySource Source = new("Tests");

    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name is "Tests" or "MassTransit" or "System.Net.Http" or "Npgsql" || source.Name.StartsWith("MjAspire.", StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = All.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ConcurrentQueue<Activity> All { get; } = [];

    public static Activity StartRoot() => Source.StartActivity("root", ActivityKind.Internal, default(ActivityContext))!;

    public Task<Activity> GetAsync(Func<Activity, bool> isWanted) =>
        Eventually.GetAsync(() => Task.FromResult(All.FirstOrDefault(isWanted)), "the span to end");

    public void Dispose() => _listener.Dispose();
}
