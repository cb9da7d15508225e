using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Checking;

namespace MjAspire.ImageStore.Fetching;

/// <summary>What came of a link.</summary>
internal abstract record FetchOutcome
{
    public static Refused Refuse(string code, string reason) => new(new Refusal(code, reason));

    /// <summary>Bytes, not looked at yet; the draft is the receiver's to dispose.</summary>
    internal sealed record Fetched(Draft Draft) : FetchOutcome;

    /// <summary>None, for good.</summary>
    internal sealed record Refused(Refusal Why) : FetchOutcome;

    /// <summary>Not this time: worth another attempt.</summary>
    /// <param name="Reason">Half a sentence, after a colon.</param>
    /// <param name="RetryAfter">What the server asked for.</param>
    internal sealed record Interrupted(string Reason, TimeSpan? RetryAfter = null) : FetchOutcome;
}
