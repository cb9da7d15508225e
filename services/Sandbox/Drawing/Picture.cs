namespace MjAspire.Sandbox.Drawing;

/// <summary>What a task has drawn: one picture, or four as a 2x2 grid. Small enough to keep; the bytes are made when asked for.</summary>
internal sealed record Picture(string Prompt, int Width, int Height, PictureSeed[] Parts)
{
    /// <summary>A single picture at twice its size; that is as large as it gets.</summary>
    public bool Enlarged { get; init; }

    /// <summary>One picture of a grid, 1 to 4, in the pixels it has there.</summary>
    public Picture Part(int number) => this with { Width = Width / 2, Height = Height / 2, Parts = [Parts[number - 1]] };

    /// <summary>A finished picture, or with <paramref name="blur"/> above 1 the coarse preview a task shows while it runs.</summary>
    public byte[] Draw(int blur = 1)
    {
        int across = Parts.Length == 4 ? 2 : 1, width = Width / across, height = Height / across;
        var rgb = new byte[Width * Height * 3];
        // Four pictures are four independent pieces of work; small ones are not worth a thread.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = width * height > 128 * 128 ? Environment.ProcessorCount : 1 };
        Parallel.For(0, Parts.Length, parallel, part =>
        {
            var corner = rgb.AsSpan((part / across * height * Width + part % across * width) * 3);
            var scene = Scene.For(Prompt, Parts[part], (float)width / height);
            Landscape.Paint(scene, width, height).CopyTo(corner, Width * 3, scene.Detail);
        });
        if (blur > 1)
            Coarsen(rgb, blur);
        return PngWriter.Write(rgb, Width, Height, Prompt);
    }

    private void Coarsen(byte[] rgb, int block)
    {
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var from = (y / block * block * Width + x / block * block) * 3;
                rgb.AsSpan(from, 3).CopyTo(rgb.AsSpan((y * Width + x) * 3));
            }
        }
    }
}
