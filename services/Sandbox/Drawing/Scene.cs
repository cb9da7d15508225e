using System.Text.RegularExpressions;

namespace MjAspire.Sandbox.Drawing;

/// <summary>Everything that is decided about a picture before the first pixel. Lengths are in picture heights, y grows downwards.</summary>
internal sealed partial record Scene
{
    public required Palette Palette { get; init; }

    public required float Aspect { get; init; }

    public required float Horizon { get; init; }

    public required float SunX { get; init; }

    public required float SunY { get; init; }

    public required float SunSize { get; init; }

    public required float Clouds { get; init; }

    public required int Ridges { get; init; }

    /// <summary>How much of a ridge's height is crest rather than rolling hill.</summary>
    public required float Rugged { get; init; }

    public required bool Water { get; init; }

    public required float Trees { get; init; }

    public required Motif Motif { get; init; }

    public required float MotifX { get; init; }

    /// <summary>Seeds the noise: clouds, crests, waves.</summary>
    public required uint Detail { get; init; }

    public static Scene For(string prompt, PictureSeed seed, float aspect)
    {
        var words = Word().Matches(prompt.ToLowerInvariant()).Select(m => m.Value).ToHashSet();
        var mood = Dice.Hash(prompt);
        var layout = new Dice(Dice.Mix(mood, seed.Layout));
        var jitter = new Dice(Dice.Mix(mood, seed.Detail));
        var palette = Palette.For(words, mood);
        var neighbour = Palette.All[layout.Below(Palette.All.Count)];

        var motif = Motifs.For(words, ref layout);
        var water = motif == Motif.Boat || words.Overlaps(WaterWords) || (!words.Overlaps(DryWords) && layout.Chance(0.45f));
        var horizon = water ? layout.Between(0.56f, 0.68f) : layout.Between(0.58f, 0.7f);
        var motifX = layout.Between(0.22f, 0.4f);
        var sunX = motifX + layout.Between(0.1f, 0.42f);
        var mirrored = layout.Chance(0.5f);

        return new Scene
        {
            Palette = palette.Toward(neighbour, layout.Between(0, 0.16f)),
            Aspect = aspect,
            Horizon = horizon,
            SunX = (mirrored ? 1 - sunX : sunX) * aspect + jitter.Between(-0.03f, 0.03f),
            SunY = horizon - (palette.Moon ? layout.Between(0.3f, 0.46f) : layout.Between(0.1f, 0.36f)) + jitter.Between(-0.02f, 0.02f),
            SunSize = layout.Between(0.045f, 0.09f) * MathF.Min(1, MathF.Sqrt(aspect)) + jitter.Between(-0.006f, 0.006f),
            Clouds = layout.Between(0.4f, 1f) * (palette.Stars > 0 ? 0.6f : 1),
            Ridges = layout.Below(3) + 4,
            Rugged = words.Overlaps(MountainWords) ? 0.95f : words.Overlaps(DuneWords) ? 0.05f : layout.Between(0.35f, 0.95f),
            Water = water,
            Trees = words.Overlaps(DuneWords) ? 0 : words.Overlaps(TreeWords) ? 1 : layout.Between(0.1f, 0.9f),
            Motif = motif,
            MotifX = (mirrored ? 1 - motifX : motifX) * aspect,
            Detail = (uint)jitter.Next(),
        };
    }

    private static readonly string[] WaterWords = ["sea", "ocean", "lake", "river", "water", "beach", "island", "wave", "waves", "coast", "bay", "fjord", "harbor", "harbour", "reflection"];
    private static readonly string[] DryWords = ["desert", "dune", "dunes", "forest", "meadow", "field", "canyon", "jungle"];
    private static readonly string[] DuneWords = ["desert", "dune", "dunes", "sand", "sahara", "mars", "beach"];
    private static readonly string[] MountainWords = ["mountain", "mountains", "alps", "peak", "peaks", "fjord", "dragon", "himalaya"];
    private static readonly string[] TreeWords = ["forest", "wood", "woods", "tree", "trees", "jungle", "pine", "cabin"];

    [GeneratedRegex(@"\p{L}+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}

/// <summary>What makes two pictures of one prompt differ: variations share the layout and differ in detail.</summary>
internal sealed record PictureSeed(ulong Layout, ulong Detail)
{
    public static PictureSeed Of(long seed, int part)
    {
        var mixed = Dice.Mix((ulong)seed, (ulong)part + 1);
        return new(mixed, mixed);
    }

    public PictureSeed Varied(int part) => this with { Detail = Dice.Mix(Detail, (ulong)part + 11) };
}
