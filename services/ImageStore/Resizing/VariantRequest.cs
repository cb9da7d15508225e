using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Resizing;

/// <summary>
/// <c>?w=16..2048&amp;format=png|jpeg|webp</c>: the picture at another width or in another format. Widths are rounded up to a ladder and
/// never exceed the picture's own: however it is asked for, a picture has a few dozen variants at most.
/// </summary>
/// <param name="Width">A step of the ladder, or the picture's own.</param>
/// <param name="Format"><c>png</c>, <c>jpeg</c> or <c>webp</c>.</param>
internal sealed record VariantRequest(int Width, string Format)
{
    public static readonly IReadOnlyList<int> Ladder = [16, 32, 64, 128, 256, 384, 512, 768, 1024, 1280, 1536, 2048];

    public string MediaType => $"image/{Format}";

    /// <summary>libvips' words for it. Transparency becomes white where there is none.</summary>
    public string Saver => Format switch
    {
        "jpeg" => ".jpg[Q=85,strip,background=255]",
        "webp" => ".webp[Q=85,strip]",
        _ => ".png[strip]",
    };

    /// <summary>False with a sentence when that cannot be asked for; true with null when what is asked for is the picture as it is.</summary>
    public static bool TryRead(
        string? w, string? format, ImageRow image, out VariantRequest? variant, [NotNullWhen(false)] out string? problem)
    {
        (variant, problem) = (null, null);
        var width = image.Width;
        if (w is not null)
        {
            if (!int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) || wanted < Ladder[0] || wanted > Ladder[^1])
            {
                problem = $"w is a width in pixels, {Ladder[0]} to {Ladder[^1]}.";
                return false;
            }
            width = Math.Min(width, Ladder.First(step => step >= wanted));
        }
        if (format is not (null or "png" or "jpeg" or "webp"))
        {
            problem = "format is png, jpeg or webp.";
            return false;
        }

        var own = image.MediaType["image/".Length..];
        if (width < image.Width || (format is not null && format != own))
            variant = new(width, format ?? (own == "gif" ? "png" : own));
        return true;
    }
}
