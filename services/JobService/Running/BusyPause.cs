namespace MjAspire.JobService.Running;

/// <summary>How long to leave a busy provider alone. Pure.</summary>
internal static class BusyPause
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    /// <summary>
    /// What the provider asks for, at once if it says so; else half as long again as the job has waited. Up to half is added by chance, so that jobs
    /// that were refused together do not come back together.
    /// </summary>
    /// <param name="waited">Since the job was first tried.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan After(TimeSpan waited, TimeSpan? retryAfter, double chance)
    {
        if (retryAfter == TimeSpan.Zero)
            return TimeSpan.Zero;
        var pause = retryAfter is { } asked
            ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, Shortest.Ticks, LongestAsked.Ticks))
            : TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 2, Shortest.Ticks, Longest.Ticks));
        return pause * (1 + chance / 2);
    }
}
