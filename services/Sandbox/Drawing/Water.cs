using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

/// <summary>A lake or sea: what is above it upside down, broken by waves, with the sun's path on it.</summary>
internal static class Water
{
    public static void Paint(Canvas canvas, Scene scene)
    {
        var first = canvas.Y(scene.Horizon);
        var palette = scene.Palette;
        var deep = Vector3.Lerp(palette.Sky[0], palette.Near, 0.45f);
        for (var y = first; y < canvas.Height; y++)
        {
            var row = canvas.Row(y);
            var v = canvas.V(y);
            var depth = v - scene.Horizon;
            // Waves grow and spread toward the viewer.
            float nearness = depth / (1 - scene.Horizon), frequency = 1 / (0.02f + depth * 0.55f);
            var bank = Noise.Lerp(0.12f, 0.62f, nearness);
            for (var x = 0; x < row.Length; x++)
            {
                var u = canvas.U(x);
                var wave = Noise.At((u - scene.Aspect / 2) * frequency * 0.55f, depth * frequency * 11 + frequency, scene.Detail + 60)
                    + 0.5f * Noise.At((u - scene.Aspect / 2) * frequency * 1.7f, frequency * 6.1f + depth * 90, scene.Detail + 61);
                var mirrored = Math.Clamp(first - 1 - (int)((depth * 1.15f + wave * (0.006f + 0.16f * depth)) * canvas.Height), 0, Math.Max(first - 1, 0));
                var column = Math.Clamp(x + (int)(wave * (0.008f + 0.09f * depth) * canvas.Height), 0, row.Length - 1);
                // Three looks a wave's height apart: what is mirrored far below loses its edges.
                var spread = (int)((0.004f + 0.12f * depth) * canvas.Height);
                var image = canvas.Row(mirrored)[column] * 0.4f
                    + canvas.Row(Math.Max(mirrored - spread, 0))[column] * 0.3f
                    + canvas.Row(Math.Clamp(mirrored + spread, 0, Math.Max(first - 1, 0)))[Math.Min(column + spread / 2, row.Length - 1)] * 0.3f;
                var colour = Vector3.Lerp(image * 0.93f, deep, bank * (0.75f + 0.3f * wave));

                var aside = (u - scene.SunX) / (0.03f + scene.SunSize * 0.6f + depth * 0.32f);
                var path = 1 / (1 + aside * aside * aside * aside) * Noise.Step(0.1f, 0.75f, wave + 0.34f);
                colour = Canvas.Screen(colour, palette.Sun * (path * (palette.Moon ? 0.4f : 0.55f) * (1 - 0.55f * nearness)));
                row[x] = Vector3.Lerp(palette.Haze, colour, Noise.Step(-0.01f, 0.03f, depth));
            }
        }
    }
}
