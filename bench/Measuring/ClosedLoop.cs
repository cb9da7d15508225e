using System.Diagnostics;

namespace MjAspire.Bench.Measuring;

/// <summary>So many callers, each of whom asks again as soon as it is answered.</summary>
internal static class ClosedLoop
{
    /// <summary>An operation that fails ends the leg: a figure of failed operations is none.</summary>
    /// <param name="operation">Gets the caller's number. Checks its answer itself, and throws when it is wrong.</param>
    public static async Task<Leg> RunAsync(int callers, TimeSpan length, Func<int, Task> operation)
    {
        using var over = new CancellationTokenSource();
        var latencies = Enumerable.Range(0, callers).Select(_ => new List<double>(4096)).ToArray();
        var began = Stopwatch.GetTimestamp();
        over.CancelAfter(length);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                var start = Stopwatch.GetTimestamp();
                await operation(caller);
                latencies[caller].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var all = latencies.SelectMany(of => of).Order().ToArray();
        return new(all.Length, seconds, all);
    }
}
