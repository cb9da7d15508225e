using MjAspire.Sandbox.Drawing;

namespace MjAspire.Sandbox.Submitting;

/// <summary>Prompts made up where nobody gave one.</summary>
internal static class Sentences
{
    private static readonly string[] Subjects = ["a lighthouse on a cliff", "a cat in tall grass", "a sailing boat on a lake", "a castle above a valley", "a cabin among pines", "balloons over dunes"];
    private static readonly string[] Lights = ["at dusk", "in morning mist", "under northern lights", "in golden light", "after rain"];
    private static readonly string[] Styles = ["wide angle", "soft watercolour", "layered paper art", "minimalist poster", "film photograph"];

    public static string About(ulong seed)
    {
        var dice = new Dice(seed);
        return $"{Subjects[dice.Below(Subjects.Length)]} {Lights[dice.Below(Lights.Length)]}, {Styles[dice.Below(Styles.Length)]}";
    }

    /// <summary><c>1️⃣ ...</c>, a blank line, <c>2️⃣ ...</c>, as the relays pass Midjourney's answer on.</summary>
    public static string Numbered(IEnumerable<string> paragraphs) =>
        string.Join("\n\n", paragraphs.Select((text, n) => $"{n + 1}\uFE0F\u20E3 {text}"));
}
