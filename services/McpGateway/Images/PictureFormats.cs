namespace MjAspire.McpGateway.Images;

/// <summary>The formats ImageStore turns pictures into: every link of its opens in each, by a parameter that its signature leaves free.</summary>
internal static class PictureFormats
{
    public const string Png = "png", Jpeg = "jpeg", Webp = "webp";

    public static readonly string[] All = [Png, Jpeg, Webp];

    /// <summary><c>…/i/{id}?e=…&amp;s=…&amp;format=webp</c></summary>
    public static Uri In(this Uri link, string format) =>
        new($"{link.OriginalString}{(link.OriginalString.Contains('?', StringComparison.Ordinal) ? '&' : '?')}format={format}");

    public static string MediaType(string format) => $"image/{format}";
}
