namespace MjAspire.ImageStore.Sniffing;

/// <summary>
/// GIF (87a, 89a). All numbers little-endian.
/// <code>
/// "GIF87a" | "GIF89a"  width(2) height(2) flags(1) background(1) aspect(1)  [colours: 3 * 2^(1 + lowest 3 bits), when bit 7 of flags]
/// 21 label(1) block*                                                       extension
/// 2C left(2) top(2) width(2) height(2) flags(1) [colours] code size(1) block*   a frame
/// 3B                                                                       end, and the end of the file
/// block: length(1) data; length 0 ends the row of blocks
/// </code>
/// </summary>
internal static class Gif
{
    public static SniffedImage? Read(ImageReader file)
    {
        file.Skip(6);
        var (width, height) = (file.UInt16Little(), file.UInt16Little());
        var flags = file.Byte();
        file.Skip(2);
        SkipColours(file, flags);

        for (var frames = 0; ;)
        {
            switch (file.Byte())
            {
                case 0x21:
                    file.Skip(1);
                    SkipBlocks(file);
                    break;
                case 0x2C:
                    var (left, top) = (file.UInt16Little(), file.UInt16Little());
                    // A frame beyond the canvas would decode to more than the size that was checked.
                    if (left + file.UInt16Little() > width || top + file.UInt16Little() > height)
                        return null;
                    SkipColours(file, file.Byte());
                    file.Skip(1);
                    SkipBlocks(file);
                    frames++;
                    break;
                case 0x3B:
                    return frames > 0 && file.AtEnd ? new SniffedImage("image/gif", width, height, frames) : null;
                default:
                    return null;
            }
        }
    }

    private static void SkipColours(ImageReader file, byte flags)
    {
        if ((flags & 0x80) != 0)
            file.Skip(3L << ((flags & 7) + 1));
    }

    private static void SkipBlocks(ImageReader file)
    {
        while (file.Byte() is var length and > 0)
            file.Skip(length);
    }
}
