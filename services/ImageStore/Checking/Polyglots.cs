using System.Buffers.Binary;

namespace MjAspire.ImageStore.Checking;

/// <summary>
/// Files that are a picture and, to another program, something else: formats that are looked for elsewhere than at the first byte and so
/// fit into a picture's comment. What merely follows a picture's end, the sniffer refuses.
/// <code>
/// PDF:  "%PDF-" within the first 1,024 bytes
/// ZIP:  "PK" 05 06, 16 bytes, length of comment(2), comment to the end of the file    (JAR, Office, APK are ZIPs)
/// </code>
/// </summary>
internal static class Polyglots
{
    private const int PdfWithin = 1_024;
    private const int ZipEndLength = 22;
    private const int ZipEndWithin = ZipEndLength + ushort.MaxValue;

    /// <summary>What else the file is, or null.</summary>
    public static string? Find(Stream file)
    {
        var start = new byte[PdfWithin];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (start.AsSpan(0, read).IndexOf("%PDF-"u8) >= 0)
            return "PDF document";

        var end = new byte[Math.Min(file.Length, ZipEndWithin)];
        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        return EndsAsZip(end) ? "ZIP archive" : null;
    }

    private static bool EndsAsZip(ReadOnlySpan<byte> end)
    {
        while (end.IndexOf("PK\x05\x06"u8) is var at and >= 0)
        {
            end = end[at..];
            if (end.Length >= ZipEndLength && BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == end.Length - ZipEndLength)
                return true;
            end = end[4..];
        }
        return false;
    }
}
