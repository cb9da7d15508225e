using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Sniffing;

namespace MjAspire.ImageStore.Fetching;

/// <summary>What came of a link.</summary>
internal abstract record FetchOutcome
{
    /// <summary>A picture, checked; the draft is the receiver's to dispose.</summary>
    internal sealed record Fetched(Draft Draft, SniffedImage Image) : FetchOutcome;

    /// <summary>None, for good.</summary>
    /// <param name="Code">One of <see cref="ImageErrors"/>.</param>
    /// <param name="Reason">A sentence for people; never holds the link.</param>
    internal sealed record Refused(string Code, string Reason) : FetchOutcome;

    /// <summary>Not this time: worth another attempt.</summary>
    /// <param name="Reason">Half a sentence, after a colon.</param>
    /// <param name="RetryAfter">What the server asked for.</param>
    internal sealed record Interrupted(string Reason, TimeSpan? RetryAfter = null) : FetchOutcome;
}
