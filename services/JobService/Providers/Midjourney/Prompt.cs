using System.Globalization;
using System.Text;
using MjAspire.JobService.Creating;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>A request's words in Midjourney's own notation, <c>a fox --ar 16:9 --no text</c>.</summary>
internal static class Prompt
{
    public static string Of(ImageRequest request)
    {
        var text = new StringBuilder(request.Prompt!.Trim());
        if (request.AspectRatio is not null)
            text.Append(" --ar ").Append(request.AspectRatio);
        if (!string.IsNullOrWhiteSpace(request.NegativePrompt))
            text.Append(" --no ").Append(request.NegativePrompt.Trim());
        if (request.Seed is not null)
            text.Append(CultureInfo.InvariantCulture, $" --seed {request.Seed}");
        return text.ToString();
    }
}
