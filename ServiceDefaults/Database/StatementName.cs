using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace MjAspire.ServiceDefaults;

/// <summary>What a statement does, or the first of several in one, for the name of its span: <c>insert jobs</c>, <c>select submit_attempts</c>.</summary>
internal static partial class StatementName
{
    /// <summary>The services have some dozens of statements; should one ever build them without bound, they are not all kept.</summary>
    private const int MostKept = 1_000;

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public static string Of(string statement)
    {
        if (Known.TryGetValue(statement, out var name))
            return name;
        name = Read(statement);
        if (Known.Count < MostKept)
            Known.TryAdd(statement, name);
        return name;
    }

    private static string Read(string statement) =>
        Pattern().Match(statement) is { Success: true } match
            ? $"{match.Groups["verb"].Value.ToLowerInvariant()} {match.Groups["table"].Value}"
            : statement.TrimStart().Split(' ', 2)[0].ToLowerInvariant();

    [GeneratedRegex(@"^\s*(?:with\s+[a-z_]+\s+as\s*\(\s*)?(?<verb>select|insert|update|delete)\b(?:\s+into|.*?\sfrom)?\s+(?<table>[a-z_]+)",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
