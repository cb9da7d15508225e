namespace MjAspire.ImageStore.Sniffing;

/// <summary>
/// JPEG (ITU T.81, annex B). All numbers big-endian.
/// <code>
/// FF D8                                                        start of image
/// segment*: FF+ marker(1) length(2, itself included) data
/// SOFn:     C0..CF without C4, C8, CC: precision(1) height(2) width(2) components(1) …
/// SOS:      DA, then the pixels
/// FF D9                                                        end of image, the end of the file
/// </code>
/// </summary>
internal static class Jpeg
{
    private const byte StartOfScan = 0xDA;
    private const int FrameFields = 6;

    public static SniffedImage? Read(ImageReader file)
    {
        file.Skip(2);
        SniffedImage? frame = null;
        while (true)
        {
            if (file.Byte() != 0xFF)
                return null;
            var marker = file.Byte();
            while (marker == 0xFF)
                marker = file.Byte();

            if (marker == StartOfScan)
                return file.Last(2) is [0xFF, 0xD9] ? frame : throw new EndOfStreamException();

            var length = file.UInt16Big() - 2;
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD9) || length < 0)
                return null;
            if (!IsFrame(marker))
            {
                file.Skip(length);
                continue;
            }
            if (frame is not null || length < FrameFields)
                return null;
            var fields = file.Bytes(FrameFields);
            frame = new SniffedImage("image/jpeg", (fields[3] << 8) | fields[4], (fields[1] << 8) | fields[2]);
            file.Skip(length - FrameFields);
        }
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
