namespace MjAspire.ImageStore.Cropping;

/// <summary>How a crop ended.</summary>
internal enum CropVerdict
{
    Made,

    /// <summary>libvips is not installed.</summary>
    LibraryMissing,

    /// <summary>No process was free in time, or as many crops wait as may.</summary>
    Busy,

    TimedOut,

    /// <summary>The library refused the picture, or the grid's bytes are lost.</summary>
    Failed,
}
