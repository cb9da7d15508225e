namespace MjAspire.ImageStore.Sniffing;

/// <summary>
/// WebP (RFC 9649). All numbers little-endian.
/// <code>
/// "RIFF" length(4, of everything after it) "WEBP"
/// chunk+:  type(4) length(4) data, padded to an even length
/// "VP8 ":  frame tag(3, lowest bit 0: a key frame) 9D 01 2A width(14 bits of 2) height(14 bits of 2)
/// "VP8L":  2F, then 14 bits of width - 1 and 14 bits of height - 1
/// "VP8X":  flags(4) canvas width - 1 (3) canvas height - 1 (3); the pixels follow in VP8, VP8L or ANMF chunks
/// </code>
/// </summary>
internal static class WebP
{
    private const int FieldsLength = 10;

    public static SniffedImage? Read(ImageReader file)
    {
        file.Skip(4);
        var left = (long)file.UInt32Little();
        file.Skip(4);
        left -= 4;

        SniffedImage? image = null;
        var frames = 0;
        while (left > 0)
        {
            var type = file.Bytes(4);
            var isExtended = type.SequenceEqual("VP8X"u8);
            var isLossy = type.SequenceEqual("VP8 "u8);
            var isLossless = type.SequenceEqual("VP8L"u8);
            frames += isLossy || isLossless || type.SequenceEqual("ANMF"u8) ? 1 : 0;

            var length = (long)file.UInt32Little();
            var padded = length + (length & 1);
            left -= 8 + padded;
            if (image is null)
            {
                // The first chunk has the size, whichever of the three it is.
                if (length < FieldsLength)
                    return null;
                var fields = file.Bytes(FieldsLength);
                image = isExtended ? Extended(fields) : isLossy ? Lossy(fields) : isLossless ? Lossless(fields) : null;
                if (image is null)
                    return null;
                padded -= FieldsLength;
            }
            file.Skip(padded);
        }
        return left == 0 && frames > 0 && file.AtEnd && image is { } found ? found with { Frames = frames } : null;
    }

    private static SniffedImage? Lossy(ReadOnlySpan<byte> fields) =>
        (fields[0] & 1) == 0 && fields[3..6] is [0x9D, 0x01, 0x2A]
            ? Of((fields[6] | (fields[7] << 8)) & 0x3FFF, (fields[8] | (fields[9] << 8)) & 0x3FFF)
            : null;

    private static SniffedImage? Lossless(ReadOnlySpan<byte> fields)
    {
        var bits = fields[1] | (fields[2] << 8) | (fields[3] << 16) | (fields[4] << 24);
        return fields[0] == 0x2F ? Of((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1) : null;
    }

    private static SniffedImage? Extended(ReadOnlySpan<byte> fields) =>
        Of((fields[4] | (fields[5] << 8) | (fields[6] << 16)) + 1, (fields[7] | (fields[8] << 8) | (fields[9] << 16)) + 1);

    private static SniffedImage Of(int width, int height) => new("image/webp", width, height);
}
