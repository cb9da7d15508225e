using System.Text.RegularExpressions;

namespace MjAspire.JobService.Providers;

/// <summary>Providers repeat the address they are to call in what they say, and who knows it can call it.</summary>
internal static partial class CallbackAddresses
{
    /// <summary>The words without the secret part of any callback address in them.</summary>
    public static string? Hide(string? words) =>
        words?.Contains("/webhook/", StringComparison.Ordinal) == true ? Token().Replace(words, "${address}…") : words;

    /// <summary><c>http://ingress/webhook/midjourney/AZ…</c></summary>
    [GeneratedRegex("(?<address>/webhook/[a-z0-9-]+/)[A-Za-z0-9_%-]+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
