namespace MjAspire.Sandbox.Drawing;

/// <summary>Gradient noise in one and two dimensions, and the sums of octaves clouds and mountains are made of.</summary>
internal static class Noise
{
    public static uint Hash(int x, int y, uint seed)
    {
        var h = (uint)x * 0x9E3779B1u ^ (uint)y * 0x85EBCA77u ^ seed * 0xC2B2AE3Du;
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        return h ^ (h >> 15);
    }

    /// <summary>0..1</summary>
    public static float Unit(int x, int y, uint seed) => (Hash(x, y, seed) >> 8) * (1f / (1 << 24));

    /// <summary>About -1..1</summary>
    public static float At(float x, float y, uint seed)
    {
        float fx = MathF.Floor(x), fy = MathF.Floor(y);
        int ix = (int)fx, iy = (int)fy;
        float dx = x - fx, dy = y - fy;
        float u = Ease(dx), v = Ease(dy);
        var top = Lerp(Slope(ix, iy, dx, dy, seed), Slope(ix + 1, iy, dx - 1, dy, seed), u);
        var bottom = Lerp(Slope(ix, iy + 1, dx, dy - 1, seed), Slope(ix + 1, iy + 1, dx - 1, dy - 1, seed), u);
        return Lerp(top, bottom, v) * 1.5f;
    }

    public static float Fbm(float x, float y, int octaves, uint seed)
    {
        float sum = 0, amplitude = 0.5f;
        for (var i = 0; i < octaves; i++)
        {
            sum += amplitude * At(x, y, seed + (uint)i);
            // Turned by about 37 degrees an octave, so that the lattice does not show.
            (x, y) = (1.6f * x - 1.2f * y + 7.3f, 1.2f * x + 1.6f * y - 3.1f);
            amplitude *= 0.5f;
        }
        return sum;
    }

    /// <summary>About -1..1, rolling.</summary>
    public static float Line(float x, int octaves, uint seed)
    {
        float sum = 0, amplitude = 0.6f;
        for (var i = 0; i < octaves; i++, x = x * 2.03f + 11.7f, amplitude *= 0.48f)
            sum += amplitude * At(x, 0.5f + i * 3.7f, seed);
        return sum;
    }

    /// <summary>0..1, with sharp crests: mountains.</summary>
    public static float Crest(float x, int octaves, uint seed)
    {
        float sum = 0, amplitude = 0.55f, weight = 1;
        for (var i = 0; i < octaves; i++, x = x * 2.07f + 5.3f, amplitude *= 0.5f)
        {
            var crest = 1 - MathF.Abs(At(x, 0.5f + i * 5.1f, seed)) * 1.6f;
            sum += amplitude * weight * crest;
            weight = Math.Clamp(crest, 0.25f, 1);
        }
        return sum;
    }

    public static float Lerp(float a, float b, float t) => a + (b - a) * t;

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, smooth between.</summary>
    public static float Step(float from, float to, float x)
    {
        var t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }

    private static float Ease(float t) => t * t * t * (t * (t * 6 - 15) + 10);

    private static float Slope(int x, int y, float dx, float dy, uint seed)
    {
        var h = Hash(x, y, seed);
        float gx = ((h & 0xFFFF) - 32768f) * (1f / 32768f), gy = ((h >> 16) - 32768f) * (1f / 32768f);
        return gx * dx + gy * dy;
    }
}
