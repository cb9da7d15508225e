using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

/// <summary>
/// Clouds and aurora: smooth, and dear to compute, so they are computed on a coarse grid and read between its points.
/// A point is premultiplied light and opacity.
/// </summary>
internal sealed class Veil
{
    private const int MostRows = 200;
    private readonly Vector4[] _points;
    private readonly int _columns, _rows;
    private readonly float _scale;

    public Veil(Scene scene, int height)
    {
        _scale = Math.Min(height, MostRows);
        _columns = (int)(scene.Aspect * _scale) + 2;
        _rows = (int)((scene.Horizon + 0.04f) * _scale) + 2;
        _points = new Vector4[_columns * _rows];
        Clouds(scene);
        if (scene.Palette.Aurora > 0)
            Aurora(scene);
    }

    public Vector3 Over(Vector3 sky, float u, float v)
    {
        float x = u * _scale, y = v * _scale;
        int ix = Math.Min((int)x, _columns - 2), iy = Math.Min((int)y, _rows - 2);
        var at = iy * _columns + ix;
        var top = Vector4.Lerp(_points[at], _points[at + 1], x - ix);
        var bottom = Vector4.Lerp(_points[at + _columns], _points[at + _columns + 1], x - ix);
        var veil = Vector4.Lerp(top, bottom, y - iy);
        return sky * (1 - veil.W) + new Vector3(veil.X, veil.Y, veil.Z);
    }

    private void Clouds(Scene scene)
    {
        var density = new float[_points.Length];
        var threshold = 0.3f - 0.44f * scene.Clouds;
        for (var row = 0; row < _rows; row++)
        {
            // As seen from the ground: flat and crowded toward the horizon.
            var far = 0.42f / (scene.Horizon + 0.16f - row / _scale);
            for (var column = 0; column < _columns; column++)
            {
                float x = (column / _scale - scene.Aspect / 2) * (0.8f + far * 0.75f) * 1.5f, y = far * 3.1f;
                var warpX = Noise.Fbm(x * 0.7f, y, 3, scene.Detail + 1);
                var warpY = Noise.Fbm(x * 0.7f + 9.2f, y + 4.1f, 3, scene.Detail + 2);
                var n = Noise.Fbm(x * 0.75f + warpX * 1.7f, y * 1.25f + warpY * 1.5f, 5, scene.Detail + 3);
                density[row * _columns + column] = Noise.Step(threshold, threshold + 0.42f, n);
            }
        }

        var palette = scene.Palette;
        for (var row = 0; row < _rows; row++)
        {
            var t = row / _scale / scene.Horizon;
            var lit = Vector3.Lerp(Vector3.Lerp(palette.Sky[3], palette.Sun, 0.55f), palette.Haze, palette.Moon ? 0.6f : 0.1f);
            var shade = Vector3.Lerp(palette.Sky[1], palette.Sky[2], Math.Clamp(t, 0, 1)) * 0.86f;
            for (var column = 0; column < _columns; column++)
            {
                var here = density[row * _columns + column];
                if (here <= 0)
                    continue;
                // Thinner toward the sun: that side is lit.
                var toSun = new Vector2(scene.SunX - column / _scale, scene.SunY - row / _scale);
                var distance = toSun.Length();
                toSun *= 0.022f * _scale / MathF.Max(distance, 0.01f);
                int sx = Math.Clamp(column + (int)toSun.X, 0, _columns - 1), sy = Math.Clamp(row + (int)toSun.Y, 0, _rows - 1);
                var light = Math.Clamp(0.42f + (here - density[sy * _columns + sx]) * 1.9f + 0.4f / (1 + distance * distance * 9) - 0.3f * here, 0, 1);
                var opacity = here * 0.8f * (0.35f + 0.65f * Noise.Step(0, 0.4f, t + 0.2f));
                _points[row * _columns + column] = new Vector4(Vector3.Lerp(shade, lit, light) * opacity, opacity);
            }
        }
    }

    private void Aurora(Scene scene)
    {
        Vector3 low = new(0.25f, 1f, 0.62f), high = new(0.55f, 0.32f, 0.95f);
        for (var row = 0; row < _rows; row++)
        {
            for (var column = 0; column < _columns; column++)
            {
                float u = column / _scale, v = row / _scale;
                for (var curtain = 0; curtain < 3; curtain++)
                {
                    var seed = scene.Detail + 20 + (uint)curtain * 7;
                    var fold = Noise.Line(u * 1.3f + 0.25f * Noise.At(u * 3, v * 1.5f, seed + 1), 3, seed);
                    var foot = scene.Horizon * (0.45f + 0.17f * curtain) + fold * 0.2f;
                    var above = foot - v;
                    if (above < -0.03f)
                        continue;
                    var rise = Noise.Step(-0.03f, 0.03f, above) * MathF.Exp(-MathF.Max(above, 0) * 5.5f);
                    var rays = 0.5f + 0.5f * Noise.At(u * 24 + fold * 6, v * 0.6f, seed + 2);
                    var breadth = Noise.Step(-0.45f, 0.4f, Noise.At(u * 1.7f, curtain * 3.3f, seed + 3));
                    var light = Vector3.Lerp(low, high, Math.Clamp(above * 3.2f, 0, 1)) * (rise * (0.25f + 0.75f * rays) * breadth * 0.75f * scene.Palette.Aurora);
                    _points[row * _columns + column] += new Vector4(light, 0);
                }
            }
        }
    }
}
