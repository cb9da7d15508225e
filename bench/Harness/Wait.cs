using System.Diagnostics;

namespace MjAspire.Bench.Harness;

/// <summary>On a condition, and not for ever.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task UntilAsync(Func<Task<bool>> isSo, string what, TimeSpan? patience = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(began) > (patience ?? Patience))
                throw new BenchException($"Waited in vain for {what}.");
            await Task.Delay(20);
        }
    }
}
