namespace MjAspire.ImageStore.Sniffing;

/// <summary>
/// JPEG (ITU T.81, annex B). All numbers big-endian.
/// <code>
/// FF D8                                                        start of image
/// segment*: FF+ marker(1) length(2, itself included) data
/// SOFn:     C0..CF without C4, C8, CC: precision(1) height(2) width(2) components(1) …
/// SOS:      DA length(2) fields, then pixels, in which FF is followed by 00 or D0..D7; more segments and scans may follow
/// FF D9                                                        end of image, the end of the file
/// </code>
/// </summary>
internal static class Jpeg
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const int FrameFields = 6;

    /// <summary>A progressive picture has ten or so; each scan costs a decoder a pass over all pixels, however short it is itself.</summary>
    private const int MostScans = 100;

    public static SniffedImage? Read(ImageReader file)
    {
        file.Skip(2);
        SniffedImage? frame = null;
        for (var (scans, marker) = (0, NextMarker(file)); ; marker = marker == StartOfScan ? MarkerAfterPixels(file) : NextMarker(file))
        {
            if (marker == EndOfImage)
                return scans > 0 && file.AtEnd ? frame : null; // bytes after the end would be a second file riding along
            if (marker is null or 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
                return null;
            if (marker == StartOfScan && (frame is null || ++scans > MostScans))
                return null;

            var length = file.UInt16Big() - 2;
            if (length < 0)
                return null;
            if (!IsFrame(marker.Value))
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

    /// <summary>Null when there is something else.</summary>
    private static byte? NextMarker(ImageReader file)
    {
        if (file.Byte() != 0xFF)
            return null;
        var marker = file.Byte();
        while (marker == 0xFF)
            marker = file.Byte();
        return marker;
    }

    private static byte MarkerAfterPixels(ImageReader file)
    {
        while (true)
        {
            file.SkipPast(0xFF);
            var marker = file.Byte();
            while (marker == 0xFF)
                marker = file.Byte();
            if (marker is not (0x00 or (>= 0xD0 and <= 0xD7)))
                return marker;
        }
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
