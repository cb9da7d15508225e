using System.ComponentModel.DataAnnotations;

namespace MjAspire.ImageStore.Imaging;

/// <summary>Section <c>Imaging</c>: the image library, and how much of the machine it may have.</summary>
internal sealed class ImagingOptions
{
    /// <summary>libvips' command line, by name or path.</summary>
    [Required]
    public string Vips { get; set; } = "vips";

    /// <summary>Processes at one time.</summary>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 2;

    /// <summary>Pieces of work that may wait for a process; one more is refused.</summary>
    [Range(0, 10_000)]
    public int Queue { get; set; } = 64;

    /// <summary>The wait for a process, and again its work.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Address space of one process, in bytes, where the system can limit it.</summary>
    [Range(256L * 1024 * 1024, long.MaxValue)]
    public long MaxMemory { get; set; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Largest result, in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = 200 * 1024 * 1024;
}
