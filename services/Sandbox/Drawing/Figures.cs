using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

/// <summary>Puts the subject, balloons and birds into the picture, each within its own small box.</summary>
internal sealed class Figures(Canvas canvas, Scene scene)
{
    private static readonly Vector3 Warm = new(1, 0.84f, 0.52f);

    public void Subject(float ground, float size, Vector3 colour)
    {
        Stamp(scene.MotifX, ground, size, p => Motifs.Distance(scene.Motif, p), (_, _) => colour);
        foreach (var light in Motifs.Lights(scene.Motif))
        {
            if (scene.Motif == Motif.Cabin)
                Window(scene.MotifX + light.X * size, ground - light.Y * size, light.Z * size);
            else
                Glow(scene.MotifX + light.X * size, ground - light.Y * size, light.Z * size);
        }
        if (scene.Motif == Motif.Lighthouse)
            Beam(scene.MotifX, ground - 0.865f * size);
    }

    /// <summary>A boat stands on its own reflection.</summary>
    public void Afloat(float waterline, float size, Vector3 colour)
    {
        Stamp(scene.MotifX, waterline, size, p => Motifs.Distance(scene.Motif, p), (_, below) => Vector3.Lerp(below, colour, 0.96f));
        Stamp(scene.MotifX, waterline, size, p =>
        {
            var ripple = 0.05f * Noise.At(p.X * 3, p.Y * 24, scene.Detail + 70) * MathF.Min(1, -p.Y * 4);
            return p.Y > 0 ? 1 : Motifs.Distance(scene.Motif, new(p.X + ripple, -p.Y * 1.1f));
        }, (p, below) => Vector3.Lerp(below, colour, 0.62f * (1 + MathF.Max(p.Y, -0.8f))));
    }

    public void Balloons()
    {
        var dice = new Dice(scene.Detail);
        var size = Motifs.Size(Motif.Balloon);
        var (x, y) = (scene.MotifX, scene.Horizon - 0.2f);
        for (var i = 0; i < 4; i++)
        {
            // Two colours of the scene, so that balloons belong to it.
            var light = Vector3.Lerp(scene.Palette.Sun, new(0.93f, 0.33f, 0.25f), 0.2f + 0.2f * i);
            var dark = Vector3.Lerp(scene.Palette.Near, new(0.75f, 0.2f, 0.28f), 0.55f - 0.1f * i);
            var fade = i * 0.12f;
            Stamp(x, y, size, p => Motifs.Distance(Motif.Balloon, p), (p, below) => Vector3.Lerp(Envelope(p, light, dark), below, fade));
            Glow(x, y - 0.24f * size, 0.035f * size);
            x = Wrap(x + dice.Between(0.22f, 0.45f) * scene.Aspect);
            y = scene.Horizon - dice.Between(0.12f, 0.42f);
            size *= dice.Between(0.5f, 0.75f);
        }
    }

    public void Birds()
    {
        var dice = new Dice(scene.Detail ^ 0xB12D5UL);
        if (scene.Palette.Stars > 0.5f || !dice.Chance(0.7f))
            return;
        var (middleX, middleY) = (Wrap(scene.SunX + dice.Between(-0.3f, 0.3f)), scene.SunY + dice.Between(-0.1f, 0.04f));
        for (var i = dice.Below(6) + 3; i > 0; i--)
        {
            var flap = dice.Between(0.25f, 0.6f);
            Stamp(middleX + dice.Between(-0.13f, 0.13f), middleY + dice.Between(-0.06f, 0.06f), dice.Between(0.012f, 0.026f), p =>
            {
                var wing = MathF.Abs(p.X);
                return wing > 0.5f ? 1 : MathF.Abs(p.Y - 0.3f - flap * MathF.Sin(wing * 4.4f) * 0.6f) - 0.09f * (1 - wing * 1.6f);
            }, (_, below) => Vector3.Lerp(below, scene.Palette.Near, 0.8f));
        }
    }

    private float Wrap(float x) => (x + 4 * scene.Aspect - 0.08f) % (scene.Aspect - 0.16f) + 0.08f;

    private static Vector3 Envelope(Vector2 p, Vector3 light, Vector3 dark)
    {
        if (p.Y < 0.13f)
            return dark * 0.5f;
        // Gores meet at the crown: the angle around the axis, seen from the side.
        var half = MathF.Sqrt(MathF.Max(0.1024f - (p.Y - 0.68f) * (p.Y - 0.68f) * 0.75f, 0.002f));
        var around = MathF.Asin(Math.Clamp(p.X / half, -1, 1));
        var gore = MathF.Sin(around * 6.5f) > 0 ? light : dark;
        return gore * (1.05f - 0.35f * (p.X / half + 1) / 2 - 0.25f * (0.7f - p.Y));
    }

    /// <summary>Four panes and the light they throw.</summary>
    private void Window(float u, float v, float half)
    {
        Glow(u, v, half * 0.35f);
        Stamp(u, v, half * 2, p => MathF.Max(MathF.Abs(p.X), MathF.Abs(p.Y)) - 0.5f, (p, below) =>
            MathF.Min(MathF.Abs(p.X), MathF.Abs(p.Y)) < 0.06f ? below : Vector3.Lerp(Warm, new(1, 0.66f, 0.3f), 0.5f - p.Y));
    }

    /// <summary>The lighthouse's light, to both sides, fading with distance.</summary>
    private void Beam(float u, float v)
    {
        var strength = scene.Palette.Stars > 0 ? 0.5f : 0.3f;
        for (var y = 0; y < canvas.Y(v + 0.12f); y++)
        {
            var row = canvas.Row(y);
            for (var x = 0; x < row.Length; x++)
            {
                float along = MathF.Abs(canvas.U(x) - u), across = canvas.V(y) - v + (canvas.U(x) - u) * 0.12f;
                var width = 0.006f + along * 0.085f;
                var light = (1 - Noise.Step(0.3f, 1, MathF.Abs(across) / width)) * strength / (1 + along * 3.4f) * Noise.Step(0.012f, 0.03f, along);
                if (light > 0)
                    row[x] = Canvas.Screen(row[x], Warm * light);
            }
        }
    }

    private void Glow(float u, float v, float radius)
    {
        var reach = MathF.Max(radius * 9, canvas.Pixel * 4);
        for (var y = canvas.Y(v - reach); y < canvas.Y(v + reach); y++)
        {
            var row = canvas.Row(y);
            for (var x = canvas.X(u - reach); x < canvas.X(u + reach); x++)
            {
                var d = new Vector2(canvas.U(x) - u, canvas.V(y) - v).Length();
                var light = MathF.Min(1, radius * radius / (d * d * 1.2f + 1e-7f)) * (1 - Noise.Step(reach * 0.3f, reach, d));
                row[x] = Canvas.Screen(row[x], Warm * light);
            }
        }
    }

    private void Stamp(float u, float v, float size, Func<Vector2, float> distance, Func<Vector2, Vector3, Vector3> colour)
    {
        for (var y = canvas.Y(v - size * 1.3f); y < canvas.Y(v + size * 1.3f); y++)
        {
            var row = canvas.Row(y);
            for (var x = canvas.X(u - size * 0.75f); x < canvas.X(u + size * 0.75f); x++)
            {
                var p = new Vector2((canvas.U(x) - u) / size, (v - canvas.V(y)) / size);
                var cover = canvas.Cover(distance(p) * size);
                if (cover > 0)
                    row[x] = Vector3.Lerp(row[x], colour(p, row[x]), cover);
            }
        }
    }
}
