using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

/// <summary>One range of hills, mountains or houses, from the far haze (0) to the foreground (1).</summary>
internal sealed class Ridge
{
    private readonly Scene _scene;
    private readonly float[] _top, _ground;
    private readonly float _near, _mountain;
    private readonly bool _city;
    private readonly uint _seed;
    private readonly Vector3 _colour, _mist;

    public Ridge(Scene scene, Canvas canvas, float near, float foot, float height, int index)
    {
        (_scene, _near, _seed) = (scene, near, scene.Detail + 100 + (uint)index * 31);
        _city = scene.Motif == Motif.City && index is 1 or 2;
        _mountain = scene.Rugged * (1 - near * near) * (_city ? 0 : 1);
        var palette = scene.Palette;
        _colour = Vector3.Lerp(palette.Haze, palette.Near, MathF.Pow(near, 0.85f) * 0.94f + 0.06f);
        _mist = Vector3.Lerp(palette.Haze, palette.Sky[3], 0.55f);

        _top = new float[canvas.Width];
        _ground = new float[canvas.Width];
        for (var x = 0; x < _top.Length; x++)
        {
            var u = canvas.U(x);
            _ground[x] = foot - height * (_city ? Houses(u, index) : Profile(u));
            _top[x] = _ground[x] - Trees(u);
        }
    }

    /// <summary>The outline, trees included.</summary>
    public float Top(int x) => _top[x];

    /// <summary>Where something can stand.</summary>
    public float Ground(int x) => _ground[x];

    /// <summary>Paints down to <paramref name="floor"/>, where something nearer begins.</summary>
    public void Paint(Canvas canvas, float[] floor)
    {
        var begin = canvas.Y(_top.Min() - canvas.Pixel);
        for (var y = begin; y < canvas.Height; y++)
        {
            var row = canvas.Row(y);
            var v = canvas.V(y);
            for (var x = 0; x < row.Length; x++)
            {
                if (v > floor[x] + canvas.Pixel)
                    continue;
                var cover = canvas.Cover(_top[x] - v);
                if (cover > 0)
                    row[x] = Vector3.Lerp(row[x], Shade(canvas.U(x), v, v - _top[x]), cover);
            }
        }
    }

    private Vector3 Shade(float u, float v, float depth)
    {
        var palette = _scene.Palette;
        var colour = _colour;
        var fog = 1 - _near;

        if (_mountain > 0.15f && fog > 0.3f)
        {
            // Slopes that face the sun are lighter; ribs run down from the crest.
            float x = u * 9 + depth * 2.5f, y = depth * 5;
            var side = 0.16f * Math.Clamp((_scene.SunX - u) * 6, -1, 1);
            var lit = (Noise.Fbm(x + side, y, 3, _seed + 5) - Noise.Fbm(x - side, y, 3, _seed + 5)) * 1.5f;
            colour += (palette.Sun - colour) * (Math.Clamp(lit, 0, 1) * 0.30f * _mountain) - colour * (Math.Clamp(-lit, 0, 1) * 0.3f * _mountain);
            if (palette.Snow > 0)
            {
                var line = 0.075f * palette.Snow * _mountain * (1.1f + Noise.Fbm(u * 13, depth * 4, 3, _seed + 6) * 2.6f);
                var snow = (1 - Noise.Step(line * 0.7f, line + 0.012f, depth)) * 0.8f * palette.Snow;
                var white = Vector3.Lerp(palette.Sky[2], palette.Moon ? palette.Sun * 0.75f : Vector3.One, Math.Clamp(0.55f + lit * 1.2f, 0, 1));
                colour = Vector3.Lerp(colour, white, snow * (0.35f + 0.65f * MathF.Min(1, _near * 2.5f + 0.25f)));
            }
        }
        else if (_scene.Rugged < 0.1f)
        {
            // Dunes: a lit and a shadowed side, and the wind's ripples.
            var dune = Noise.At(u * 2.2f + depth * 4, depth * 7 + _near * 5, _seed + 7);
            colour = Vector3.Lerp(colour, palette.Sun, 0.22f * Noise.Step(-0.02f, 0.25f, dune)) * (1 - 0.16f * Noise.Step(0.02f, 0.25f, -dune));
            colour *= 1 + 0.05f * Noise.At(u * 8, depth * 130, _seed + 8);
        }
        else if (_near > 0.55f && !_city)
        {
            colour *= 1 + 0.22f * Noise.Fbm(u * 7, v * 18, 2, _seed + 8);
        }

        var away = MathF.Abs(u - _scene.SunX);
        colour = Vector3.Lerp(colour, palette.Sun, 0.2f * fog / (1 + away * away * 14) * (palette.Moon ? 0.4f : 1));
        // A rim of light along the crest, then mist toward the foot.
        colour += palette.Sun * (0.12f * (1 - Noise.Step(0, 0.012f, depth)) * fog * (palette.Moon ? 0.3f : 1));
        colour = Vector3.Lerp(colour, _mist, Noise.Step(0, 0.3f, depth) * (0.1f + 0.5f * fog) * (_scene.Water ? 0.7f : 1));
        return _city ? Windows(colour, u, v, depth) : colour;
    }

    private float Profile(float u)
    {
        var x = u * Noise.Lerp(1.9f, 1.25f, _near) + _near * 17;
        var crest = _mountain > 0 ? Noise.Crest(x, 6, _seed) : 0;
        var roll = 0.55f + 0.5f * Noise.Line(x * 0.9f, 4, _seed + 3);
        return Noise.Lerp(roll, crest, _mountain);
    }

    /// <summary>Firs on the nearer ridges: a saw of narrow peaks, in clumps.</summary>
    private float Trees(float u)
    {
        if (_scene.Trees <= 0 || _near < 0.45f || _city)
            return 0;
        var tallest = 0f;
        var spacing = 0.012f + 0.022f * (_near - 0.45f);
        var size = spacing * 3.4f;
        var cell = (int)MathF.Floor(u / spacing);
        for (var k = cell - 1; k <= cell + 1; k++)
        {
            if (Noise.At(k * spacing * 3.1f, 0.5f, _seed + 12) + Noise.Unit(k, 7, _seed) * 0.3f > _scene.Trees * 1.3f - 0.5f)
                continue;
            var middle = (k + 0.25f + 0.5f * Noise.Unit(k, 1, _seed)) * spacing;
            // A clearing around the subject.
            var clear = _scene.Motif is Motif.None or Motif.Balloon or Motif.Boat ? 1 : Noise.Step(0.08f, 0.2f, MathF.Abs(middle - _scene.MotifX));
            var tree = size * (0.5f + 0.7f * Noise.Unit(k, 2, _seed)) * clear;
            var out_ = MathF.Abs(u - middle) / (spacing * 0.95f);
            var boughs = 0.09f * MathF.Abs(out_ * 6 - MathF.Round(out_ * 6));
            tallest = MathF.Max(tallest, tree * (1 - out_ - boughs));
        }
        return tallest;
    }

    private float Houses(float u, int index)
    {
        var width = index == 1 ? 0.034f : 0.048f;
        var cell = (int)MathF.Floor(u / width);
        var middle = 1 - MathF.Abs(u / _scene.Aspect - _scene.MotifX / _scene.Aspect) * 1.3f;
        var height = (0.35f + 0.9f * MathF.Pow(Noise.Unit(cell, 3, _seed), 2)) * MathF.Max(0.35f, middle) * 1.25f;
        var within = u / width - cell;
        var spire = Noise.Unit(cell, 4, _seed) > 0.8f && MathF.Abs(within - 0.5f) < 0.05f ? 0.16f : 0;
        var step = MathF.Abs(within - 0.5f) < 0.3f && Noise.Unit(cell, 5, _seed) > 0.5f ? 0.06f : 0;
        return within > 0.94f && Noise.Unit(cell, 6, _seed) > 0.5f ? height * 0.55f : height + MathF.Max(spire, step);
    }

    private Vector3 Windows(Vector3 wall, float u, float v, float depth)
    {
        const float Width = 0.0075f, Height = 0.011f;
        int cx = (int)(u / Width), cy = (int)(v / Height);
        float fx = u / Width - cx, fy = v / Height - cy;
        var lit = depth > 0.008f && fx is > 0.22f and < 0.78f && fy is > 0.25f and < 0.75f && Noise.Unit(cx, cy, _seed + 15) > 0.62f;
        return lit ? Vector3.Lerp(wall, Vector3.Lerp(new(1, 0.82f, 0.5f), _scene.Palette.Sky[3], 0.3f * Noise.Unit(cy, cx, _seed)), 0.85f) : wall;
    }
}
