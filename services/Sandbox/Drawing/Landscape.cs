using System.Numerics;

namespace MjAspire.Sandbox.Drawing;

/// <summary>Paints a scene from the back to the front.</summary>
internal static class Landscape
{
    public static Canvas Paint(Scene scene, int width, int height)
    {
        var canvas = new Canvas(width, height);
        new Sky(scene).Paint(canvas);
        var figures = new Figures(canvas, scene);
        if (scene.Motif == Motif.Balloon)
            figures.Balloons();
        else
            figures.Birds();

        var ridges = Ridges(canvas, scene);
        var floor = new float[ridges.Count][];
        for (var i = ridges.Count - 1; i >= 0; i--)
            floor[i] = [.. Enumerable.Range(0, width).Select(x => Math.Min(i == ridges.Count - 1 ? 2 : floor[i + 1][x], i == ridges.Count - 1 ? 2 : ridges[i + 1].Top(x)))];

        var shore = scene.Water ? ridges.Count - 1 : -1;
        var stand = scene.Motif is Motif.Cat or Motif.Tree or Motif.Lighthouse || scene.Water ? ridges.Count - 1 : ridges.Count - 2;
        for (var i = 0; i < ridges.Count; i++)
        {
            if (i == shore)
                Lake(canvas, scene, figures);
            // The subject stands behind its ridge, so that its feet are hidden in the grass.
            if (i == stand && scene.Motif is not (Motif.None or Motif.Balloon or Motif.Boat or Motif.City))
            {
                var ground = ridges[i].Ground(Math.Clamp(canvas.X(scene.MotifX), 0, width - 1));
                figures.Subject(Math.Min(ground + 0.012f, 0.98f), Motifs.Size(scene.Motif), scene.Palette.Near * (i == ridges.Count - 1 ? 0.9f : 1.15f));
            }
            ridges[i].Paint(canvas, floor[i]);
        }
        return canvas;
    }

    private static void Lake(Canvas canvas, Scene scene, Figures figures)
    {
        Water.Paint(canvas, scene);
        if (scene.Motif == Motif.Boat)
            figures.Afloat(scene.Horizon + 0.11f, Motifs.Size(Motif.Boat), Vector3.Lerp(scene.Palette.Near, scene.Palette.Haze, 0.12f));
    }

    private static List<Ridge> Ridges(Canvas canvas, Scene scene)
    {
        var ridges = new List<Ridge>();
        var last = scene.Ridges - 1;
        for (var i = 0; i < last; i++)
        {
            var t = i / (float)last;
            ridges.Add(scene.Water
                // All on the far shore; the last one is the bank below.
                ? new Ridge(scene, canvas, 0.1f + t * 0.6f, scene.Horizon + 0.005f, 0.24f * (1 - t) * (0.4f + 0.6f * scene.Rugged) + 0.02f, i)
                : new Ridge(scene, canvas, t * t * 0.9f + 0.06f, scene.Horizon + 0.02f + (1.0f - scene.Horizon) * t * t * 0.85f, Noise.Lerp(0.25f, 0.12f, t) * (0.5f + 0.5f * scene.Rugged), i));
        }
        ridges.Add(new Ridge(scene, canvas, 1, scene.Water ? 1.03f : 1.02f, scene.Water ? 0.13f : 0.12f, last));
        return ridges;
    }
}
