using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

/// <summary>Gradient, sun or moon, stars, aurora and clouds.</summary>
internal sealed class Sky(Scene scene)
{
    private const float StarCell = 1f / 64;
    private readonly Palette _palette = scene.Palette;

    public void Paint(Canvas canvas)
    {
        var end = canvas.Y(scene.Horizon + 0.03f);
        var veil = new Veil(scene, canvas.Height);
        for (var y = 0; y < end; y++)
        {
            var row = canvas.Row(y);
            var v = canvas.V(y);
            var base_ = Gradient(v / scene.Horizon);
            for (var x = 0; x < row.Length; x++)
            {
                var u = canvas.U(x);
                row[x] = veil.Over(Lights(canvas, base_, u, v), u, v);
            }
        }
    }

    public Vector3 Gradient(float t)
    {
        var at = Math.Clamp(t, 0, 0.9999f) * 3;
        var stop = (int)at;
        return Vector3.Lerp(_palette.Sky[stop], _palette.Sky[stop + 1], Noise.Step(0, 1, at - stop) * 0.5f + (at - stop) * 0.5f);
    }

    private Vector3 Lights(Canvas canvas, Vector3 colour, float u, float v)
    {
        var away = new Vector2(u - scene.SunX, v - scene.SunY);
        var distance = away.Length();

        if (_palette.Stars > 0)
            colour += Star(u, v, canvas.Pixel) * (_palette.Stars * (1 - Noise.Step(0.35f, 1, v / scene.Horizon)));

        var near = distance / scene.SunSize;
        var wide = distance * 2.6f;
        var glow = 0.34f / (1 + wide * wide * 2) + 0.3f / (1 + near * near * 0.35f);
        colour = Canvas.Screen(colour, _palette.Sun * (glow * (_palette.Moon ? 0.55f : 0.8f)));

        var disc = canvas.Cover(distance - scene.SunSize);
        return disc > 0 ? Vector3.Lerp(colour, Disc(away / scene.SunSize, colour), disc) : colour;
    }

    /// <summary>The face of the sun or moon; <paramref name="p"/> is 1 at the rim.</summary>
    private Vector3 Disc(Vector2 p, Vector3 behind)
    {
        if (_palette.Name == "neon")
        {
            var stripe = p.Y > -0.1f && MathF.Abs(p.Y * 5 - MathF.Round(p.Y * 5)) < 0.1f + 0.2f * p.Y;
            return stripe ? behind : Vector3.Lerp(_palette.Sun, _palette.Sky[3], Noise.Step(-0.8f, 0.9f, p.Y));
        }
        if (!_palette.Moon)
            return Vector3.Lerp(Vector3.One, _palette.Sun, 0.35f + 0.65f * p.LengthSquared());

        var seas = Noise.Step(0.0f, 0.3f, Noise.Fbm(p.X * 1.4f + 3, p.Y * 1.4f, 4, scene.Detail + 40));
        var craters = Noise.Fbm(p.X * 7, p.Y * 7, 3, scene.Detail + 41);
        var shade = 0.98f - 0.22f * seas + 0.12f * craters - 0.12f * p.LengthSquared();
        return _palette.Sun * shade;
    }

    /// <summary>At most one star a cell, kept off the cell's rim so that a pixel needs to look at its own cell only.</summary>
    private Vector3 Star(float u, float v, float pixel)
    {
        int cx = (int)(u / StarCell), cy = (int)(v / StarCell);
        var hash = Noise.Hash(cx, cy, scene.Detail + 9);
        if ((hash & 7) > 2)
            return Vector3.Zero;
        float sx = (cx + 0.2f + 0.6f * ((hash >> 8) & 255) / 255f) * StarCell, sy = (cy + 0.2f + 0.6f * ((hash >> 16) & 255) / 255f) * StarCell;
        var strength = MathF.Pow((hash >> 24) / 255f, 4);
        var radius = MathF.Max(pixel * 0.75f, 0.0011f) * (0.8f + 0.9f * strength);
        var squared = ((u - sx) * (u - sx) + (v - sy) * (v - sy)) / (radius * radius);
        if (squared > 9)
            return Vector3.Zero;
        var warmth = ((hash >> 4) & 15) / 15f;
        return Vector3.Lerp(new(0.75f, 0.85f, 1), new(1, 0.92f, 0.8f), warmth) * ((0.22f + 0.9f * strength) / (1 + squared * squared));
    }
}
