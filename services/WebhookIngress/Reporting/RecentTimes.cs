namespace MjAspire.WebhookIngress.Reporting;

/// <summary>Response times of late, in milliseconds.</summary>
internal sealed record Percentiles(int Count, double P50, double P95, double P99, double Longest);

/// <summary>How long the last callbacks took, for a person's glance; metrics know it better.</summary>
internal sealed class RecentTimes
{
    private const int Kept = 1024;

    private readonly float[] _milliseconds = new float[Kept];
    private long _next;

    public void Add(TimeSpan took) => Volatile.Write(ref _milliseconds[(Interlocked.Increment(ref _next) - 1) % Kept], (float)took.TotalMilliseconds);

    public Percentiles Read()
    {
        var times = _milliseconds[..(int)Math.Min(Interlocked.Read(ref _next), Kept)];
        Array.Sort(times);
        return new(times.Length, At(0.5), At(0.95), At(0.99), At(1));

        double At(double share) => times.Length == 0 ? 0 : Math.Round(times[Math.Max(0, (int)Math.Ceiling(share * times.Length) - 1)], 3);
    }
}
