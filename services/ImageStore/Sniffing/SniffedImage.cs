namespace MjAspire.ImageStore.Sniffing;

/// <summary>What a file's own bytes say it is.</summary>
internal readonly record struct SniffedImage(string MediaType, int Width, int Height)
{
    public long Pixels => (long)Width * Height;
}
