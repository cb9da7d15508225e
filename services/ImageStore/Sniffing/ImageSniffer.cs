namespace MjAspire.ImageStore.Sniffing;

/// <summary>
/// Tells type and size of a picture from its bytes alone; what a server claims about them counts for nothing. Nothing is decoded here:
/// the structure is walked from the first byte to the last, so that a file cut short, or one that is a picture and something else as well,
/// is refused. Pure: the same bytes, the same answer.
/// </summary>
internal static class ImageSniffer
{
    /// <summary>Longest signature: RIFF, four bytes of length, WEBP.</summary>
    private const int SignatureLength = 12;

    /// <summary>True with the picture, or false with a sentence that says why these bytes are none.</summary>
    public static bool TrySniff(Stream bytes, out SniffedImage image, out string problem)
    {
        image = default;
        problem = "";
        Span<byte> buffer = stackalloc byte[SignatureLength];
        bytes.Position = 0;
        ReadOnlySpan<byte> start = buffer[..bytes.ReadAtLeast(buffer, SignatureLength, throwOnEndOfStream: false)];

        if (KindOf(start) is not var (name, read))
        {
            problem = start.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'<', ..]
                ? "The link leads to a page or a drawing in text, not to a PNG, JPEG, WebP or GIF picture."
                : "The bytes are not a PNG, JPEG, WebP or GIF picture.";
            return false;
        }

        try
        {
            bytes.Position = 0;
            if (read(new ImageReader(new BufferedStream(bytes, 16 * 1024))) is { Width: > 0, Height: > 0 } found)
            {
                image = found;
                return true;
            }
            problem = $"The bytes begin like a {name} picture but are damaged.";
        }
        catch (EndOfStreamException)
        {
            problem = $"The {name} picture is cut short.";
        }
        return false;
    }

    private static (string Name, Func<ImageReader, SniffedImage?> Read)? KindOf(ReadOnlySpan<byte> start) => start switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ("PNG", Png.Read),
        [0xFF, 0xD8, 0xFF, ..] => ("JPEG", Jpeg.Read),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P'] => ("WebP", WebP.Read),
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ("GIF", Gif.Read),
        _ => null,
    };
}
