using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MjAspire.Sandbox.Faults;

/// <summary><c>queue-full-23:2</c>, in a prompt behind <c>--fault</c>.</summary>
internal readonly partial record struct FaultFlag(string Name, int? Count)
{
    private const int MostCount = 1000;

    /// <summary>What stands behind each <c>--fault</c> of a prompt; empty where nothing does.</summary>
    public static string[] In(string prompt) => [.. Flag().Matches(prompt).Select(match => match.Groups["flag"].Value)];

    /// <summary>The prompt as it is drawn.</summary>
    public static string Strip(string prompt) => Flag().Replace(prompt, "").Trim();

    public static bool TryReadAll(IEnumerable<string> texts, out FaultFlag[] flags, [NotNullWhen(false)] out string? why)
    {
        (flags, why) = ([], null);
        var read = new List<FaultFlag>();
        foreach (var text in texts)
        {
            if (!TryRead(text, out var flag))
            {
                why = $"Unknown fault '{text}'. Known are {string.Join(", ", Fault.All)}; a number of submits from 1 to {MostCount} may follow: {Fault.QueueFull23}:2";
                return false;
            }
            read.Add(flag);
        }
        flags = [.. read];
        return true;
    }

    private static bool TryRead(string text, out FaultFlag flag)
    {
        int? count = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
            count = int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        flag = new(colon < 0 ? text : text[..colon], count);
        return Fault.All.Contains(flag.Name) && count is null or (>= 1 and <= MostCount);
    }

    [GeneratedRegex(@"(^|\s)--fault(?!\S)(\s+(?!--)(?<flag>\S+))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Flag();
}
