namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// A token bucket that holds what one second allows. It may be overdrawn, by a push that does not wait for its turn; then the others wait longer.
/// </summary>
internal sealed class RateLimit
{
    private int? _perSecond;
    private double _tokens;
    private long _at;

    /// <summary>How many attempts may begin now.</summary>
    public int Left(TimeProvider time)
    {
        if (_perSecond is null)
            return int.MaxValue;
        Fill(time);
        return (int)Math.Max(0, _tokens);
    }

    /// <summary>One attempt begins, under the limit its endpoint has now.</summary>
    public void Spend(int? perSecond, TimeProvider time)
    {
        if (_perSecond != perSecond)
            (_perSecond, _tokens, _at) = (perSecond, perSecond ?? 0, time.GetTimestamp());
        if (perSecond is null)
            return;
        Fill(time);
        _tokens--;
    }

    private void Fill(TimeProvider time)
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(_perSecond!.Value, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * _perSecond.Value));
        _at = now;
    }
}
