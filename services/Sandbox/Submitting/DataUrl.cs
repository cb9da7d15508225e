using System.Buffers.Text;

namespace MjAspire.Sandbox.Submitting;

/// <summary>
/// A picture within JSON: <c>data:image/png;base64,iVBORw0KGgo...</c>. The bytes must begin as the pictures they claim to be; they are not decoded further.
/// </summary>
internal static class DataUrl
{
    private const string Start = "data:image/";
    private const string Encoding = ";base64,";

    public static bool IsPicture(string? text)
    {
        if (text is null || !text.StartsWith(Start, StringComparison.OrdinalIgnoreCase))
            return false;
        var comma = text.IndexOf(Encoding, StringComparison.OrdinalIgnoreCase);
        if (comma < 0)
            return false;
        var data = text.AsSpan(comma + Encoding.Length);
        Span<byte> first = stackalloc byte[12];
        return data.Length >= 16 && Base64.IsValid(data) && Convert.TryFromBase64Chars(data[..16], first, out var length) && length == 12
            && Matches(text[Start.Length..comma].ToLowerInvariant(), first);
    }

    private static bool Matches(string type, ReadOnlySpan<byte> first) => type switch
    {
        "png" => first.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        "jpeg" or "jpg" => first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]),
        "gif" => first.StartsWith("GIF8"u8),
        "webp" => first.StartsWith("RIFF"u8) && first[8..].StartsWith("WEBP"u8),
        _ => false,
    };
}
