using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MjAspire.Sandbox.Submitting;

/// <summary>A prompt ends in parameters: <c>a cat on a hill --ar 16:9 --seed 7 --v 7</c>. Those that mean something here are read, all are cut off.</summary>
internal sealed partial record PromptParameters(string Words, float Ratio, long? Seed)
{
    private const float WidestRatio = 4;

    public static bool TryRead(string prompt, [NotNullWhen(true)] out PromptParameters? parameters, [NotNullWhen(false)] out string? why)
    {
        (parameters, why) = (null, null);
        var cut = prompt.StartsWith("--", StringComparison.Ordinal) ? 0 : prompt.IndexOf(" --", StringComparison.Ordinal);
        var words = cut < 0 ? prompt : prompt[..cut].Trim();
        var ratio = 1f;
        long? seed = null;

        foreach (Match match in Parameter().Matches(cut < 0 ? "" : prompt[cut..]))
        {
            var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
            switch (name)
            {
                case "ar" or "aspect":
                    if (value.Split(':') is not [var w, var h] || !TryNumber(w, out var width) || !TryNumber(h, out var height)
                        || width / height is > WidestRatio or < 1 / WidestRatio)
                    {
                        why = $"Invalid parameter: --{name} takes a ratio between 1:4 and 4:1";
                        return false;
                    }
                    ratio = width / height;
                    break;
                case "seed":
                    if (!uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    {
                        why = $"Invalid parameter: --seed takes a whole number from 0 to {uint.MaxValue}";
                        return false;
                    }
                    seed = number;
                    break;
            }
        }
        parameters = new(words, ratio, seed);
        return true;
    }

    private static bool TryNumber(string text, out float number) =>
        float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && number is > 0 and < 10_000;

    [GeneratedRegex(@"--(?<name>[a-z]+)(?:\s+(?<value>(?!--)\S+))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Parameter();
}
