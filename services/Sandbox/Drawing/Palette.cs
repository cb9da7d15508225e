using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

/// <summary>The light of a scene: four sky stops from the zenith to the horizon, the sun, distance and foreground.</summary>
internal sealed record Palette
{
    public required string Name { get; init; }

    public required Vector3[] Sky { get; init; }

    public required Vector3 Sun { get; init; }

    /// <summary>What far hills fade into.</summary>
    public required Vector3 Haze { get; init; }

    /// <summary>The nearest hill.</summary>
    public required Vector3 Near { get; init; }

    public float Stars { get; init; }

    public float Snow { get; init; }

    public float Aurora { get; init; }

    public bool Moon { get; init; }

    /// <summary>Prompt words that name this light; they outweigh those below.</summary>
    public required string[] Lights { get; init; }

    /// <summary>Prompt words that suggest it.</summary>
    public required string[] Words { get; init; }

    public static IReadOnlyList<Palette> All { get; } =
    [
        Of("sunset", "2b2a5e 8a3f7c f0785a ffd08a", sun: 0xFFF0C0, haze: 0xE8906E, near: 0x1C1230, "sunset dusk evening twilight", "warm golden orange red fire dragon romantic"),
        Of("dawn", "5b7fb8 a5a6d0 f3b9b4 ffe6c4", sun: 0xFFF6DE, haze: 0xE6B6B4, near: 0x2B3358, "dawn sunrise morning pastel", "soft spring pink blossom cat kitten bird"),
        Of("day", "2f78c4 63a8e0 a9d6ef e9f6f2", sun: 0xFFFBE6, haze: 0xA9CDE0, near: 0x14402F, "", "day noon blue bright clear summer meadow field dog horse") with { Snow = 0.7f },
        Of("forest", "7fa79a a9c9ae d3e2bd f3f2d2", sun: 0xFFFDE8, haze: 0xB7CFB0, near: 0x0C2A24, "", "forest wood woods jungle green moss fox deer bear elf fairy tree trees"),
        Of("night", "060b22 0f1c44 25356b 4a5a92", sun: 0xF4F1E0, haze: 0x33437A, near: 0x04060F, "night moon midnight stars", "star owl wolf dark space galaxy cosmos") with { Stars = 1, Moon = true, Snow = 0.35f },
        Of("aurora", "040a1c 08203a 0f4250 1f6a68", sun: 0xEAF6EE, haze: 0x1D5560, near: 0x030A12, "aurora northern arctic", "lights magic mystic wizard") with { Stars = 0.8f, Moon = true, Aurora = 1, Snow = 0.6f },
        Of("desert", "3c6f96 8fb0ac f0cf98 fbe6bd", sun: 0xFFF8E0, haze: 0xEBB982, near: 0x5A2318, "", "desert dune dunes sand sahara canyon camel egypt pyramid mars"),
        Of("winter", "6d8fb5 9fb8d2 cfdbe8 f4f1f0", sun: 0xFFFFFA, haze: 0xC4D2E2, near: 0x24364F, "winter snow snowy ice", "frost cold mountain mountains alps penguin christmas") with { Snow = 1 },
        Of("lavender", "352a63 6f4f98 b684b8 f4c6cf", sun: 0xFFEFEA, haze: 0xA98BBB, near: 0x1B1238, "", "lavender purple violet dream dreamy fantasy unicorn princess castle") with { Stars = 0.35f },
        Of("neon", "0b0630 3a0f6b b01f8c ff6aa8", sun: 0xFFC45A, haze: 0x7A2596, near: 0x07031C, "neon cyber cyberpunk synthwave", "city future futuristic robot retro robots android") with { Stars = 0.6f },
        Of("autumn", "6c7f9a b0a9a0 eec48c ffe2a6", sun: 0xFFF3CC, haze: 0xDBA06A, near: 0x34160F, "autumn fall october", "harvest leaves maple rust vintage cosy cozy"),
        Of("sea", "0f4a78 2b86a6 86cbc6 f2ecca", sun: 0xFFF7DA, haze: 0x7FBFC0, near: 0x06283A, "", "sea ocean beach island wave waves ship boat sail sailing whale fish coast tropical lighthouse harbor harbour"),
    ];

    /// <summary>The palette the prompt's words ask for most, else one chosen by its hash.</summary>
    public static Palette For(IReadOnlyCollection<string> words, ulong hash)
    {
        var asked = All.Select(p => (Palette: p, Hits: words.Count(p.Words.Contains) + 3 * words.Count(p.Lights.Contains))).MaxBy(x => x.Hits);
        return asked.Hits > 0 ? asked.Palette : All[new Dice(hash).Below(All.Count)];
    }

    public Palette Toward(Palette other, float t) => this with
    {
        Sky = [.. Sky.Zip(other.Sky, (a, b) => Vector3.Lerp(a, b, t))],
        Sun = Vector3.Lerp(Sun, other.Sun, t),
        Haze = Vector3.Lerp(Haze, other.Haze, t),
        Near = Vector3.Lerp(Near, other.Near, t),
    };

    public static Vector3 Rgb(int hex) => new Vector3((hex >> 16) & 255, (hex >> 8) & 255, hex & 255) / 255f;

    private static Palette Of(string name, string sky, int sun, int haze, int near, string lights, string words) => new()
    {
        Name = name,
        Sky = [.. sky.Split(' ').Select(hex => Rgb(Convert.ToInt32(hex, 16)))],
        Sun = Rgb(sun),
        Haze = Rgb(haze),
        Near = Rgb(near),
        Lights = lights.Split(' '),
        Words = words.Split(' '),
    };
}
