namespace MjAspire.ImageStore.Imaging;

/// <summary>How a piece of the image library's work ended.</summary>
internal enum VipsVerdict
{
    Done,

    /// <summary>libvips is not installed.</summary>
    LibraryMissing,

    /// <summary>No process was free in time, or as many wait as may.</summary>
    Busy,

    TimedOut,

    /// <summary>The library refused the picture, or the picture's bytes are lost.</summary>
    Failed,
}
