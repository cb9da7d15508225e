using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

internal enum Motif { None, Lighthouse, Boat, Balloon, Castle, Cabin, Cat, Tree, City }

/// <summary>Silhouettes as signed distances: negative inside. The origin is where the subject stands, y grows upwards, the subject is about 1 high.</summary>
internal static class Motifs
{
    private static readonly (Motif Motif, string[] Words)[] Asked =
    [
        (Motif.Lighthouse, ["lighthouse", "coast", "harbor", "harbour", "beacon"]),
        (Motif.Boat, ["boat", "ship", "sail", "sailing", "yacht", "sea", "ocean"]),
        (Motif.Balloon, ["balloon", "balloons", "flying", "adventure", "sky"]),
        (Motif.Castle, ["castle", "fantasy", "princess", "dragon", "king", "queen", "knight", "wizard", "fairy", "palace"]),
        (Motif.Cabin, ["cabin", "house", "home", "cottage", "cosy", "cozy", "village", "hut"]),
        (Motif.Cat, ["cat", "kitten", "cats", "kitty"]),
        (Motif.Tree, ["tree", "oak", "savanna", "autumn", "lonely", "blossom", "meadow"]),
        (Motif.City, ["city", "skyline", "cyberpunk", "town", "urban", "metropolis", "robot"]),
    ];

    public static Motif For(IReadOnlyCollection<string> words, ref Dice dice)
    {
        foreach (var (motif, asked) in Asked)
        {
            if (asked.Any(words.Contains))
                return motif;
        }
        return dice.Below(6) switch { 0 => Motif.Tree, 1 => Motif.Balloon, 2 => Motif.Cabin, _ => Motif.None };
    }

    public static float Size(Motif motif) => motif switch
    {
        Motif.Balloon => 0.2f,
        Motif.Boat => 0.17f,
        Motif.Cabin => 0.1f,
        Motif.Castle => 0.26f,
        Motif.Cat => 0.2f,
        Motif.Tree => 0.24f,
        Motif.City => 0.3f,
        _ => 0.28f,
    };

    public static float Distance(Motif motif, Vector2 p) => motif switch
    {
        Motif.Lighthouse => Lighthouse(p),
        Motif.Boat => Boat(p),
        Motif.Balloon => Balloon(p),
        Motif.Castle => Castle(p),
        Motif.Cabin => Cabin(p),
        Motif.Cat => Cat(p),
        Motif.Tree => Tree(p),
        _ => float.MaxValue,
    };

    /// <summary>Lamps, windows and eyes, as points with a radius (z); nothing for what does not shine.</summary>
    public static Vector3[] Lights(Motif motif) => motif switch
    {
        Motif.Lighthouse => [new(0, 0.865f, 0.05f)],
        Motif.Cabin => [new(-0.22f, 0.26f, 0.085f), new(0.2f, 0.26f, 0.085f)],
        Motif.Cat => [new(-0.03f, 0.735f, 0.017f), new(0.09f, 0.735f, 0.017f)],
        Motif.Castle => [new(0, 0.5f, 0.018f), new(-0.24f, 0.36f, 0.018f), new(0.27f, 0.4f, 0.018f), new(0.02f, 0.24f, 0.022f), new(0.08f, 0.62f, 0.014f)],
        Motif.Balloon => [new(0, 0.2f, 0.045f)],
        _ => [],
    };

    private static float Lighthouse(Vector2 p) => Min(
        Wedge(p, 0, 0.78f, 0.11f, 0.066f),
        Box(p, 0, 0.79f, 0.1f, 0.014f),
        Box(p, 0, 0.865f, 0.05f, 0.07f),
        Wedge(p - new Vector2(0, 0.92f), 0, 0.08f, 0.075f, 0),
        Box(p, 0, 0.99f, 0.005f, 0.05f),
        Box(p, 0.2f, 0.06f, 0.12f, 0.1f),
        Wedge(p - new Vector2(0.2f, 0.15f), 0, 0.1f, 0.145f, 0));

    private static float Boat(Vector2 p) => Min(
        Wedge(p, -0.02f, 0.12f, 0.26f, 0.38f),
        Box(p, 0.02f, 0.55f, 0.009f, 0.46f),
        Sail(p - new Vector2(0.045f, 0.17f), 0.34f, 0.76f),
        Sail((p - new Vector2(-0.005f, 0.17f)) * new Vector2(-1, 1), 0.25f, 0.62f));

    private static float Balloon(Vector2 p)
    {
        // Round above, drawn in below like a drop.
        var q = p - new Vector2(0, 0.68f);
        var squeeze = q.Y < 0 ? 1 + 0.55f * q.Y * q.Y / 0.1f : 1;
        var envelope = (new Vector2(q.X * squeeze, q.Y * (q.Y < 0 ? 0.78f : 1)).Length() - 0.32f) * 0.8f;
        return Min(envelope, Box(p, 0, 0.06f, 0.06f, 0.05f), Box(p, -0.055f, 0.17f, 0.005f, 0.1f), Box(p, 0.055f, 0.17f, 0.005f, 0.1f));
    }

    private static float Castle(Vector2 p) => Min(
        Crenels(p, 0.04f, 0.16f, 0.36f, 0.16f),
        Tower(p, 0.02f, 0.1f, 0.62f, 0.3f),
        Tower(p, -0.24f, 0.065f, 0.44f, 0.2f),
        Tower(p, 0.27f, 0.07f, 0.48f, 0.22f),
        Tower(p, 0.42f, 0.045f, 0.3f, 0.15f),
        Tower(p, -0.4f, 0.04f, 0.26f, 0.14f));

    private static float Cabin(Vector2 p) => Min(
        Box(p, 0, 0.25f, 0.5f, 0.26f),
        Wedge(p - new Vector2(0, 0.48f), 0, 0.46f, 0.66f, 0),
        Box(p, 0.32f, 0.72f, 0.06f, 0.24f));

    private static float Cat(Vector2 p) => Min(
        Ellipse(p, 0, 0.26f, 0.2f, 0.28f),
        Ellipse(p, 0.02f, 0.46f, 0.13f, 0.2f),
        Ellipse(p, 0.03f, 0.72f, 0.155f, 0.135f),
        Wedge(p - new Vector2(-0.065f, 0.77f), 0, 0.18f, 0.07f, 0),
        Wedge(p - new Vector2(0.125f, 0.77f), 0, 0.18f, 0.07f, 0),
        Tail(p));

    private static float Tail(Vector2 p)
    {
        // Three quarters of a ring beside the body, tip up.
        var q = p - new Vector2(-0.3f, 0.16f);
        return q.X > 0.02f && q.Y > 0 ? float.MaxValue : MathF.Abs(q.Length() - 0.13f) - 0.035f;
    }

    private static float Tree(Vector2 p)
    {
        var trunk = Wedge(p - new Vector2(0.03f * MathF.Sin(p.Y * 6), 0), -0.05f, 0.6f, 0.06f, 0.025f);
        var ragged = 0.05f * Noise.At(p.X * 11, p.Y * 11, 77) + 0.03f * Noise.At(p.X * 27, p.Y * 27, 78);
        var crown = Min(Ellipse(p, 0, 0.72f, 0.34f, 0.19f), Ellipse(p, -0.24f, 0.6f, 0.22f, 0.12f), Ellipse(p, 0.26f, 0.62f, 0.22f, 0.12f), Ellipse(p, 0.03f, 0.86f, 0.2f, 0.13f));
        return Min(trunk, crown + ragged, Box(new(p.X - (p.Y - 0.4f) * 0.9f, p.Y), -0.02f, 0.48f, 0.014f, 0.1f), Box(new(p.X + (p.Y - 0.36f) * 0.9f, p.Y), 0.02f, 0.44f, 0.014f, 0.1f));
    }

    private static float Min(params ReadOnlySpan<float> distances)
    {
        var least = distances[0];
        foreach (var distance in distances)
            least = MathF.Min(least, distance);
        return least;
    }

    private static float Box(Vector2 p, float x, float y, float halfWidth, float halfHeight) =>
        MathF.Max(MathF.Abs(p.X - x) - halfWidth, MathF.Abs(p.Y - y) - halfHeight);

    private static float Wedge(Vector2 p, float bottom, float top, float bottomHalf, float topHalf)
    {
        var t = Math.Clamp((p.Y - bottom) / (top - bottom), 0, 1);
        return MathF.Max(MathF.Abs(p.X) - Noise.Lerp(bottomHalf, topHalf, t), MathF.Max(bottom - p.Y, p.Y - top));
    }

    private static float Ellipse(Vector2 p, float x, float y, float rx, float ry) =>
        (new Vector2((p.X - x) / rx, (p.Y - y) / ry).Length() - 1) * MathF.Min(rx, ry);

    private static float Sail(Vector2 p, float foot, float height)
    {
        var t = Math.Clamp(p.Y / height, 0, 1);
        return MathF.Max(MathF.Max(-p.X, p.X - foot * (1 - t) * (1 + 0.5f * t)), MathF.Max(-p.Y, p.Y - height));
    }

    private static float Tower(Vector2 p, float x, float half, float height, float roof) => Min(
        Crenels(p, x, height / 2, half, height / 2),
        Box(p, x, height, half * 1.16f, 0.02f),
        Wedge(p - new Vector2(x, height + 0.02f), 0, roof, half * 1.2f, 0));

    private static float Crenels(Vector2 p, float x, float y, float halfWidth, float halfHeight)
    {
        var teeth = MathF.Abs(p.X * 22 - MathF.Round(p.X * 22)) < 0.25f ? 0.025f : 0;
        return MathF.Max(MathF.Abs(p.X - x) - halfWidth, MathF.Abs(p.Y - y + teeth / 2) - halfHeight + teeth);
    }
}
