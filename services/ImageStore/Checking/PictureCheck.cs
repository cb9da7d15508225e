using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Imaging;
using MjAspire.ImageStore.Sniffing;

namespace MjAspire.ImageStore.Checking;

/// <summary>
/// Whether a file is what it should be, whoever it came from: a picture from its first byte to its last, nothing else besides, of a size
/// that can be dealt with, and one that can really be decoded. Memory here does not grow with the picture.
/// </summary>
internal sealed partial class PictureCheck(Vips vips, IOptions<CheckingOptions> options, ILogger<PictureCheck> logger)
{
    private readonly CheckingOptions _options = options.Value;

    public long MaxBytes => _options.MaxBytes;

    public Refusal TooManyBytes => new(ImageErrors.TooLarge, $"The picture's file is larger than {MaxBytes:N0} bytes.");

    /// <summary>The picture, or why it is refused. Throws when it cannot be said at the moment.</summary>
    public async Task<(SniffedImage Image, Refusal? Refused)> CheckAsync(Draft draft, CancellationToken cancellationToken)
    {
        if (!ImageSniffer.TrySniff(draft.Read(), out var image, out var problem))
            return (default, new(ImageErrors.Invalid, problem));
        if (image.Pixels > _options.MaxPixels)
            return (default, new(ImageErrors.TooLarge, $"The picture is {image.Width} by {image.Height}, more than {_options.MaxPixels:N0} pixels."));
        if (image.Pixels * image.Frames > _options.MaxPixels * _options.MaxAnimation)
            return (default, new(ImageErrors.TooLarge, $"The animation's {image.Frames} frames of {image.Width} by {image.Height} are too much."));
        if (Polyglots.Find(draft.Read()) is { } other)
            return (default, new(ImageErrors.Invalid, $"The file is a picture and a {other} at once."));

        var refused = image.MediaType == "image/png" ? CheckPng(draft) : _options.Decode ? await DecodeAsync(draft, cancellationToken) : null;
        return (image, refused);
    }

    private static Refusal? CheckPng(Draft draft) =>
        PngPixels.FindProblem(draft.Read()) is { } problem ? new(ImageErrors.Invalid, problem) : null;

    private async Task<Refusal?> DecodeAsync(Draft draft, CancellationToken cancellationToken)
    {
        switch (await vips.DecodeAsync(draft.Read(), cancellationToken))
        {
            case VipsVerdict.Done:
                return null;
            case VipsVerdict.LibraryMissing:
                Log.NotDecoded(logger);
                return null;
            case VipsVerdict.Failed:
                return new(ImageErrors.Invalid, "The picture looks whole but cannot be decoded.");
            case VipsVerdict.TimedOut:
                return new(ImageErrors.Invalid, "The picture takes too long to decode.");
            default:
                throw new CheckBusyException();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A picture is kept without having been decoded: libvips' command line is not installed")]
        public static partial void NotDecoded(ILogger logger);
    }
}

/// <summary>Too many pictures wait to be checked; an <see cref="IOException"/>, because it too is our own trouble and passes.</summary>
internal sealed class CheckBusyException() : IOException("Too many pictures wait to be decoded.");
