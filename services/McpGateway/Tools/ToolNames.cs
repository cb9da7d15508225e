using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Upstream;

namespace MjAspire.McpGateway.Tools;

/// <summary>How callers name jobs and pictures: by id, or by the <c>mj://</c> address of the resource.</summary>
internal static class ToolNames
{
    public const string JobScheme = "mj://jobs/", ImageScheme = "mj://images/";

    private const int LongestAddress = 2_048;

    /// <summary><c>0197...</c> or <c>mj://jobs/0197...</c></summary>
    public static Guid Job(string text) =>
        Guid.TryParse(After(text, JobScheme), out var id) ? id : throw RefusedException.JobNotFound(text.Length <= 100 ? text : text[..100]);

    /// <summary><c>0197...</c> or <c>mj://images/0197...</c></summary>
    public static Guid Image(string text) =>
        Guid.TryParse(After(text, ImageScheme), out var id) ? id
            : throw new RefusedException("E_IMAGE_NOT_FOUND", $"There is no picture '{(text.Length <= 100 ? text : text[..100])}' of yours.");

    /// <summary>A picture to be taken in, as JobService reads it: a web address, <c>mj://images/{id}</c>, or a job's id.</summary>
    public static string Input(string text)
    {
        if (text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || text.Length > LongestAddress)
            throw new RefusedException("E_IMAGES", "Pictures are not sent as data here. Give a web address, a job id, or mj://images/{id}.");
        if (Guid.TryParse(After(text, JobScheme), out var job))
            return job.ToString();
        if (text.StartsWith(ImageScheme, StringComparison.Ordinal))
            return ImageScheme + Image(text);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? text
            : throw new RefusedException("E_IMAGES", $"'{text}' is no picture: give a web address (http or https), a job id, or mj://images/{{id}}.");
    }

    /// <summary>The finished job to go on from, and which of its pictures; an <c>mj://images/{id}</c> says both.</summary>
    public static async Task<(Guid Job, int? Index)> ParentAsync(
        string text, int? index, ImagesClient images, Guid owner, CancellationToken cancellationToken)
    {
        if (!text.StartsWith(ImageScheme, StringComparison.Ordinal))
            return (Job(text), index);

        var image = await images.GetAsync(owner, Image(text), cancellationToken);
        return (image.JobId, index ?? image.Index);
    }

    private static string After(string text, string scheme) => text.StartsWith(scheme, StringComparison.Ordinal) ? text[scheme.Length..] : text;
}
