using System.ComponentModel.DataAnnotations;

namespace MjAspire.ImageStore.Checking;

/// <summary>Section <c>Checking</c>: what a file must be to be kept.</summary>
internal sealed class CheckingOptions
{
    /// <summary>Largest file, in bytes.</summary>
    [Range(1, int.MaxValue)]
    public long MaxBytes { get; set; } = 50 * 1024 * 1024;

    /// <summary>Largest picture, in pixels; 8192 by 8192 just fits.</summary>
    [Range(1, int.MaxValue)]
    public long MaxPixels { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most pixels of an animation's frames together, in pictures of the largest size.</summary>
    [Range(1, 1_000)]
    public int MaxAnimation { get; set; } = 8;

    /// <summary>
    /// Whether JPEG, WebP and GIF are decoded by libvips, where it is installed, before they are kept. PNG is always decoded, in here.
    /// </summary>
    public bool Decode { get; set; } = true;
}
