namespace MjAspire.WebhookIngress.Receiving;

/// <summary>Tells the first failure and the first success after it from all others, so that thousands of callbacks are one log line.</summary>
internal sealed class Outage
{
    private int _away;

    public bool Begins() => Interlocked.Exchange(ref _away, 1) == 0;

    public bool Ends() => Volatile.Read(ref _away) == 1 && Interlocked.Exchange(ref _away, 0) == 1;
}
