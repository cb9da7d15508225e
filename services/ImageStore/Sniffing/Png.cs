namespace MjAspire.ImageStore.Sniffing;

/// <summary>
/// PNG (W3C, 3rd edition). All numbers big-endian.
/// <code>
/// 89 50 4E 47 0D 0A 1A 0A
/// chunk*: length(4) type(4) data(length) crc(4)
/// IHDR:   width(4) height(4) depth(1) colour(1) compression(1) filter(1) interlace(1)    first
/// IDAT+                                                                                  the pixels
/// IEND:   no data                                                                        last, and the end of the file
/// </code>
/// </summary>
internal static class Png
{
    private const int HeaderLength = 13;
    private const uint LongestChunk = int.MaxValue;

    public static SniffedImage? Read(ImageReader file)
    {
        file.Skip(8);
        if (file.UInt32Big() != HeaderLength || !file.Bytes(4).SequenceEqual("IHDR"u8))
            return null;
        var (width, height) = (file.UInt32Big(), file.UInt32Big());
        var fields = file.Bytes(5);
        if (!IsDepthOf(colour: fields[1], depth: fields[0]) || fields[2] != 0 || fields[3] != 0 || fields[4] > 1)
            return null;
        file.Skip(4);

        for (var hasPixels = false; ;)
        {
            var length = file.UInt32Big();
            var type = file.Bytes(4);
            if (length > LongestChunk || !IsName(type))
                return null;
            hasPixels |= type.SequenceEqual("IDAT"u8);
            var isEnd = type.SequenceEqual("IEND"u8);
            file.Skip((long)length + 4);
            if (!isEnd)
                continue;

            // Bytes after the end would be a second file riding along.
            return hasPixels && length == 0 && file.AtEnd && width <= int.MaxValue && height <= int.MaxValue
                ? new SniffedImage("image/png", (int)width, (int)height)
                : null;
        }
    }

    private static bool IsDepthOf(byte colour, byte depth) => colour switch
    {
        0 => depth is 1 or 2 or 4 or 8 or 16,
        3 => depth is 1 or 2 or 4 or 8,
        2 or 4 or 6 => depth is 8 or 16,
        _ => false,
    };

    private static bool IsName(ReadOnlySpan<byte> type)
    {
        foreach (var letter in type)
        {
            if (!char.IsAsciiLetter((char)letter))
                return false;
        }
        return true;
    }
}
