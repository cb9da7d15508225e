using System.Diagnostics;

namespace MjAspire.Testing;

/// <summary>How tests wait: on a condition, for a bounded time, never for a length of time.</summary>
public static class Eventually
{
    /// <summary>Longer than anything here takes on a slow, busy machine; only a broken condition waits this long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until the answer is not null, and returns it.</summary>
    public static Task<T> GetAsync<T>(Func<Task<T?>> ask, string what, TimeSpan? patience = null) where T : class =>
        GetAsync(ask, () => what, patience);

    /// <summary>Asks until the answer is yes.</summary>
    public static Task TrueAsync(Func<Task<bool>> ask, string what, TimeSpan? patience = null) => TrueAsync(ask, () => what, patience);

    /// <summary>Asks until the answer is yes; <paramref name="what"/> is asked when it was in vain, and may say how things stand.</summary>
    public static Task TrueAsync(Func<Task<bool>> ask, Func<string> what, TimeSpan? patience = null) =>
        GetAsync(async () => await ask() ? "yes" : null, what, patience);

    /// <summary>Asks until the answer is yes.</summary>
    public static Task TrueAsync(Func<bool> ask, string what, TimeSpan? patience = null) =>
        TrueAsync(() => Task.FromResult(ask()), what, patience);

    private static async Task<T> GetAsync<T>(Func<Task<T?>> ask, Func<string> what, TimeSpan? patience) where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (Stopwatch.GetElapsedTime(started) > (patience ?? Patience))
                throw new TimeoutException($"Waited in vain for: {what()}");
            await Task.Delay(Interval);
        }
    }
}
