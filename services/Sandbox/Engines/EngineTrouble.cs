using System.Text.RegularExpressions;

namespace MjAspire.Sandbox.Engines;

/// <summary>
/// What the two engines that answer at once can be asked to do wrong, in a prompt: <c>--fault quota</c>, <c>busy</c>, <c>moderated</c>,
/// <c>not-a-picture</c>. An account or key that ends in <c>-exhausted</c> has no quota left, whatever it is asked; a key that ends in <c>-revoked</c> opens nothing.
/// </summary>
internal static partial class EngineTrouble
{
    public const string Quota = "quota";
    public const string Busy = "busy";
    public const string Moderated = "moderated";
    public const string NotAPicture = "not-a-picture";

    public static byte[] Page { get; } = "<!DOCTYPE html><html><body>Just a moment...</body></html>"u8.ToArray();

    public static string? Of(string prompt, string account) =>
        account.EndsWith("-exhausted", StringComparison.Ordinal) ? Quota
        : Flag().Match(prompt) is { Success: true } match ? match.Groups["name"].Value
        : null;

    /// <summary>The prompt as it is drawn.</summary>
    public static string Words(string prompt) => Flag().Replace(prompt, "").Trim();

    /// <summary>Whether somebody we know is asking.</summary>
    public static bool IsKnown(HttpContext context) => Key(context) is { Length: > 0 } key && !key.EndsWith("-revoked", StringComparison.Ordinal);

    /// <summary>What stands behind <c>Bearer</c>.</summary>
    public static string Key(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : "";

    [GeneratedRegex(@"--fault\s+(?<name>\S+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Flag();
}
