namespace MjAspire.JobService.Running;

/// <summary>A picture inside JSON: <c>data:image/png;base64,...</c>, its type told from its first bytes.</summary>
internal static class DataUrl
{
    public static string Of(byte[] bytes) => Type(bytes) is { } type
        ? $"data:{type};base64,{Convert.ToBase64String(bytes)}"
        : throw new ImageInputException("E_IMAGE_INVALID", "What is to be taken in is not a PNG, JPEG, WebP or GIF picture.");

    private static string? Type(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        _ => null,
    };
}
