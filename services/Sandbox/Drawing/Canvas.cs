using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

/// <summary>Pixels as light before they become bytes. Coordinates are in picture heights, so that a scene looks the same at every size.</summary>
internal sealed class Canvas(int width, int height)
{
    private readonly Vector3[] _pixels = new Vector3[width * height];

    public int Width => width;

    public int Height => height;

    /// <summary>One pixel, in picture heights.</summary>
    public float Pixel { get; } = 1f / height;

    public Span<Vector3> Row(int y) => _pixels.AsSpan(y * width, width);

    public float U(int x) => (x + 0.5f) * Pixel;

    public float V(int y) => (y + 0.5f) * Pixel;

    public int Y(float v) => Math.Clamp((int)(v * height), 0, height);

    public int X(float u) => Math.Clamp((int)(u * height), 0, width);

    /// <summary>How much of a pixel lies inside, from its signed distance to the edge: smooth outlines.</summary>
    public float Cover(float distance) => Math.Clamp(0.5f - distance * height, 0, 1);

    public static Vector3 Screen(Vector3 below, Vector3 light) => Vector3.One - (Vector3.One - below) * (Vector3.One - Vector3.Min(light, Vector3.One));

    /// <summary>Vignette, a trace of grain against banding, and out as bytes.</summary>
    public void CopyTo(Span<byte> rgb, int stride, uint seed)
    {
        float middleX = width / 2f, middleY = height / 2f, scale = 1 / (middleX * middleX + middleY * middleY);
        for (var y = 0; y < height; y++)
        {
            var line = rgb.Slice(y * stride, width * 3);
            var row = Row(y);
            for (var x = 0; x < width; x++)
            {
                float dx = x - middleX, dy = y - middleY;
                var vignette = 1 - 0.24f * (dx * dx + dy * dy) * scale;
                var colour = Vector3.Clamp(row[x] * vignette, Vector3.Zero, Vector3.One) * 255 + new Vector3(Noise.Unit(x, y, seed));
                line[x * 3] = (byte)MathF.Min(colour.X, 255);
                line[x * 3 + 1] = (byte)MathF.Min(colour.Y, 255);
                line[x * 3 + 2] = (byte)MathF.Min(colour.Z, 255);
            }
        }
    }
}
