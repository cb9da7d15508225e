using System.Globalization;

namespace MjAspire.JobService.Providers;

/// <summary>A picture's size from its aspect ratio, for engines that want pixels. Pure.</summary>
internal static class PictureSize
{
    /// <param name="ratio">Width to height, <c>16:9</c>; square without one.</param>
    /// <param name="side">Pixels of a square's side; other shapes have about as many pixels in all.</param>
    /// <param name="step">Both sides are multiples of this.</param>
    public static (int Width, int Height) Of(string? ratio, int side, int step)
    {
        if (ratio?.Split(':') is not [var w, var h])
            return (side, side);
        var shape = Math.Sqrt(double.Parse(w, CultureInfo.InvariantCulture) / double.Parse(h, CultureInfo.InvariantCulture));
        return (Round(side * shape), Round(side / shape));

        int Round(double pixels) => Math.Clamp((int)Math.Round(pixels / step) * step, 256, 2_048);
    }
}
