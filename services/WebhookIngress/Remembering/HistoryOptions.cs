namespace MjAspire.WebhookIngress.Remembering;

/// <summary>Section <c>Webhooks:History</c>.</summary>
internal sealed class HistoryOptions
{
    /// <summary>How long a call is remembered, and the body of a parked one kept.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long the bodies of all others are kept, for replay. Zero: not at all.</summary>
    public TimeSpan KeepBodiesFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Calls that may wait to be written; more are not remembered, but counted.</summary>
    public int MostWaiting { get; set; } = 10_000;

    /// <summary>Bytes of bodies that may wait with them; more are remembered without their body.</summary>
    public int MostBytesWaiting { get; set; } = 16 * 1024 * 1024;

    public bool IsValid => KeepFor >= TimeSpan.FromMinutes(1) && KeepBodiesFor >= TimeSpan.Zero && KeepBodiesFor <= KeepFor && MostWaiting > 0 && MostBytesWaiting >= 0;
}
