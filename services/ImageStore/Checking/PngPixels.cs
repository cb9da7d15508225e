using System.Buffers.Binary;
using System.IO.Compression;

namespace MjAspire.ImageStore.Checking;

/// <summary>
/// Inflates a PNG whose structure was found sound: every checksum fits, the pixels are exactly as many as the header says, and no text or
/// colour profile unfolds into more than anyone needs.
/// <code>
/// pixels, inflated:  per pass, per row: filter(1, 0 to 4) ceil(width * bits a pixel / 8) bytes
/// passes:            one, or with interlace 1 the seven of Adam7
/// zTXt, iCCP:        name 00 method(1) deflated      iTXt: name 00 deflated?(1) method(1) language 00 name 00 deflated
/// </code>
/// </summary>
internal static class PngPixels
{
    /// <summary>Of one text or profile, deflated or not; the largest profiles are some hundred kilobytes.</summary>
    private const int LongestNote = 4 * 1024 * 1024;

    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>What is wrong with it, or null.</summary>
    public static string? FindProblem(Stream file)
    {
        try
        {
            var chunks = new PngChunks(new BufferedStream(file, 16 * 1024));
            var header = chunks.Read(PngChunks.HeaderLength);
            var rows = Rows(header);
            while (chunks.Next() is var type && type != "IDAT")
            {
                if (type is "zTXt" or "iCCP" or "iTXt" && IsBomb(type, chunks))
                    return "The PNG picture holds a text or profile that unfolds beyond measure.";
            }
            using var pixels = chunks.Pixels();
            using var inflated = new ZLibStream(pixels, CompressionMode.Decompress, leaveOpen: true);
            if (!Inflates(inflated, rows) || pixels.ReadByte() >= 0)
                return "The PNG picture's pixels are not what its header says.";
            for (var type = chunks.Name; type != "IEND"; type = chunks.Next())
            {
                if (type == "IDAT")
                    return "The PNG picture's pixels are in two places.";
                if (type is "zTXt" or "iTXt" && IsBomb(type, chunks))
                    return "The PNG picture holds a text that unfolds beyond measure.";
            }
            return null;
        }
        catch (InvalidDataException)
        {
            return "The PNG picture is damaged.";
        }
        catch (EndOfStreamException)
        {
            return "The PNG picture is cut short.";
        }
    }

    /// <summary>Rows of each pass, and their length without the filter.</summary>
    private static List<(long Count, long Length)> Rows(byte[] header)
    {
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        var channels = header[9] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var bits = (long)header[8] * channels;
        (int X, int Y, int StepX, int StepY)[] passes = header[12] == 1 ? Adam7 : [(0, 0, 1, 1)];
        return
        [
            .. from pass in passes
               let columns = (width - pass.X + pass.StepX - 1) / pass.StepX
               let count = (height - pass.Y + pass.StepY - 1) / pass.StepY
               where columns > 0 && count > 0
               select ((long)count, ((columns * bits) + 7) / 8),
        ];
    }

    private static bool Inflates(Stream pixels, List<(long Count, long Length)> rows)
    {
        var buffer = new byte[16 * 1024];
        using var buffered = new BufferedStream(pixels, buffer.Length);
        foreach (var (count, length) in rows)
        {
            for (var row = 0L; row < count; row++)
            {
                if (buffered.ReadByte() is < 0 or > 4)
                    return false;
                for (var left = length; left > 0;)
                {
                    var read = buffered.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                    if (read == 0)
                        return false;
                    left -= read;
                }
            }
        }
        return buffered.ReadByte() < 0; // one pixel more would be a million more
    }

    private static bool IsBomb(string type, PngChunks chunks)
    {
        if (chunks.Length > LongestNote)
            return true;
        var data = chunks.Read(chunks.Length);
        var at = Array.IndexOf(data, (byte)0) + 2; // past the name and the method
        if (type == "iTXt")
        {
            if (at < 2 || at >= data.Length || data[at - 1] == 0)
                return false; // plain
            at = Array.IndexOf(data, (byte)0, at + 1) + 1;
            at = at > 0 ? Array.IndexOf(data, (byte)0, at) + 1 : 0;
        }
        if (at < 2 || at > data.Length)
            return false; // nothing to unfold: malformed, and harmless

        using var note = new ZLibStream(new MemoryStream(data, at, data.Length - at), CompressionMode.Decompress);
        var buffer = new byte[16 * 1024];
        try
        {
            for (var total = 0; note.Read(buffer) is var read and > 0;)
            {
                if ((total += read) > LongestNote)
                    return true;
            }
        }
        catch (InvalidDataException)
        {
            // Viewers leave such a note unread.
        }
        return false;
    }
}
