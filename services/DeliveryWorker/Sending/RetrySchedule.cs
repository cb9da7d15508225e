namespace MjAspire.DeliveryWorker.Sending;

/// <summary>When to try again: data, not code.</summary>
internal sealed class RetrySchedule(IReadOnlyList<TimeSpan> pauses, double jitter)
{
    /// <summary>How long a receiver that asks for it is left alone altogether; a single delivery may wait longer.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    public static bool TryParse(string text, double jitter, out RetrySchedule schedule)
    {
        var pauses = new List<TimeSpan>();
        var isRead = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).All(part =>
        {
            var isPause = TimeSpan.TryParse(part, out var pause) && pause > TimeSpan.Zero;
            pauses.Add(pause);
            return isPause;
        });
        schedule = new(pauses, jitter);
        return isRead;
    }

    public static TimeSpan Bound(TimeSpan retryAfter) =>
        TimeSpan.FromTicks(Math.Clamp(retryAfter.Ticks, 0, LongestSilence.Ticks));

    /// <summary>The pause after this many attempts; null when they were the last.</summary>
    /// <param name="retryAfter">What the receiver asked for. It is heard between the scheduled pause and the longest one of the schedule.</param>
    /// <param name="random">From 0 to 1.</param>
    public TimeSpan? After(int attempts, TimeSpan? retryAfter, double random)
    {
        if (attempts > pauses.Count)
            return null;

        var pause = pauses[attempts - 1] * (1 + (jitter * ((2 * random) - 1)));
        var latest = Math.Max(pause.Ticks, pauses.Max().Ticks);
        return TimeSpan.FromTicks(Math.Clamp((retryAfter ?? pause).Ticks, pause.Ticks, latest));
    }
}
