namespace MjAspire.ImageStore.Sniffing;

/// <summary>What a file's own bytes say it is.</summary>
/// <param name="Frames">Of an animation: how many pictures it holds.</param>
internal readonly record struct SniffedImage(string MediaType, int Width, int Height, int Frames = 1)
{
    public long Pixels => (long)Width * Height;
}
