namespace MjAspire.WebhookIngress.Admitting;

/// <summary>A bucket's size. Both zero: no limit.</summary>
internal sealed class LimitOptions
{
    /// <summary>How many may come at once.</summary>
    public int Burst { get; set; }

    /// <summary>How many may come in a minute in the long run.</summary>
    public int PerMinute { get; set; }

    public bool IsOn => Burst > 0;

    public bool IsValid => (Burst > 0 && PerMinute > 0) || (Burst == 0 && PerMinute == 0);
}

/// <summary>Section <c>Webhooks:Limits</c>.</summary>
internal sealed class LimitsOptions
{
    /// <summary>Proven callbacks of one provider.</summary>
    public LimitOptions PerProvider { get; set; } = new() { Burst = 10_000, PerMinute = 120_000 };

    /// <summary>Proven callbacks from one address.</summary>
    public LimitOptions PerAddress { get; set; } = new() { Burst = 5_000, PerMinute = 60_000 };

    /// <summary>Refused ones from one address. Counted apart, so that a stranger cannot use up what the provider behind the same proxy may send.</summary>
    public LimitOptions Refused { get; set; } = new() { Burst = 60, PerMinute = 60 };
}
