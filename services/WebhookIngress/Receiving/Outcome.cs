namespace MjAspire.WebhookIngress.Receiving;

/// <summary>What became of a callback.</summary>
internal enum Outcome
{
    /// <summary>The broker has it.</summary>
    Queued,

    /// <summary>The broker has it from before.</summary>
    Duplicate,

    /// <summary>Proven, but not the JSON it says it is: the broker has it, for people to look at.</summary>
    Parked,

    /// <summary>Somebody tried whether callbacks get through.</summary>
    Pinged,

    /// <summary>The provider checked the address.</summary>
    Handshaken,

    /// <summary>It proved nothing.</summary>
    Refused,

    /// <summary>Its address may not call.</summary>
    Forbidden,

    /// <summary>Proven, but one too many.</summary>
    Limited,

    /// <summary>One of too many that proved nothing. Counted, and not kept in the history, or strangers could fill it.</summary>
    Repelled,

    TooLarge,

    /// <summary>The caller hung up before the end of the body.</summary>
    BrokenOff,

    /// <summary>The broker does not have it; the caller must come again.</summary>
    Unavailable,

    /// <summary>A person had a callback of the history queued again.</summary>
    Replayed,
}

/// <summary>What became of a callback, and why.</summary>
/// <param name="Reason">For the history, never for the caller.</param>
/// <param name="RetryAfter">When to come again, if that helps.</param>
/// <param name="Challenge">What the provider wants to hear back.</param>
internal sealed record Verdict(Outcome Outcome, string? Reason = null, TimeSpan? RetryAfter = null, string? Challenge = null)
{
    public static Verdict Limited(TimeSpan after) => new(Outcome.Limited, "more callbacks than the limit allows", after);

    public int Status => Outcome switch
    {
        Outcome.Queued or Outcome.Duplicate or Outcome.Parked => 202,
        Outcome.Pinged or Outcome.Handshaken or Outcome.Replayed => 200,
        Outcome.Refused => 401,
        Outcome.Forbidden => 403,
        Outcome.Limited or Outcome.Repelled => 429,
        Outcome.TooLarge => 413,
        Outcome.BrokenOff => 400,
        _ => 503,
    };

    /// <summary>For metrics, spans and the history: <c>too_large</c>.</summary>
    public string Word => WordOf(Outcome);

    public static string WordOf(Outcome outcome) => outcome switch
    {
        Outcome.TooLarge => "too_large",
        Outcome.BrokenOff => "broken_off",
        _ => outcome.ToString().ToLowerInvariant(),
    };
}
