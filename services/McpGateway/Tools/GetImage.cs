using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Upstream;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>get_image</c>.</summary>
[McpServerToolType]
internal sealed class GetImage(ImagesClient images)
{
    private const int UsualWidth = 512, Narrowest = 16, Widest = 1_024;

    /// <summary>Bytes. Clients cap a result at about a megabyte, and base64 takes a third more.</summary>
    private const int Largest = 200 << 10;

    [McpServerTool(
        Name = "get_image", Title = "Look at a picture",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(Shown))]
    [NeedsScope(Scopes.Read)]
    [Description(
        """
        Shows a finished picture: a small copy to look at (512 pixels wide, at most 200 KB) and the link to the full one. Use it to see what
        was made before choosing which part of a grid to upscale or vary. A copy of the width that is asked for may be too large: a narrower one
        is returned then, and the link alone when none can be had.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("The image_id from get_job_status, or mj://images/{id}.")] string image_id,
        [Description("How wide the copy is to be, 16 to 1024 pixels; 512 when left out.")]
        [Range(Narrowest, Widest)] int? width = null,
        CancellationToken cancellationToken = default)
    {
        var owner = call.User!.OwnerId();
        var image = await images.GetAsync(owner, ToolNames.Image(image_id), cancellationToken);
        var small = await SmallAsync(owner, image.ImageId, width ?? UsualWidth, cancellationToken);

        var shown = new Shown(
            image.ImageId, image.JobId, image.DownloadUrl, image.Width, image.Height, image.MediaType, image.Index, image.Prompt, small is not null);
        var text = $"{image.Width} x {image.Height} pixels, {image.Operation}{(image.Prompt is null ? "" : $": {image.Prompt}")}\n{image.DownloadUrl}";
        return ToolAnswers.Success(shown, Blocks(image, small, text));
    }

    private static IEnumerable<ContentBlock> Blocks(StoredImage image, Picture? small, string text)
    {
        yield return new TextContentBlock { Text = text };
        if (small is not null)
            yield return ImageContentBlock.FromBytes(small.Bytes, small.MediaType);
        if (image.DownloadUrl is { } url)
            yield return new ResourceLinkBlock { Uri = url.OriginalString, Name = image.ImageId.ToString(), Title = "Full picture", MimeType = image.MediaType };
    }

    /// <summary>A picture that cannot be made small just now still has its link.</summary>
    private async Task<Picture?> SmallAsync(Guid owner, Guid imageId, int width, CancellationToken cancellationToken)
    {
        try
        {
            return await images.GetSmallAsync(owner, imageId, width, Largest, cancellationToken)
                ?? (width > UsualWidth / 2 ? await images.GetSmallAsync(owner, imageId, UsualWidth / 2, Largest, cancellationToken) : null);
        }
        catch (RefusedException)
        {
            return null; // logged where it arose
        }
    }

    /// <summary>Structured content of <c>get_image</c>.</summary>
    private sealed record Shown(
        Guid ImageId,
        [property: Description("The job that made it.")] Guid JobId,
        [property: Description("Opens the full picture without a key, for a while.")] Uri? Url,
        [property: Description("Pixels of the full picture.")] int Width,
        [property: Description("Pixels of the full picture.")] int Height,
        string MimeType,
        [property: Description("1 to 4, row by row, for a part of a grid.")] int? Index,
        string? Prompt,
        [property: Description("Whether the result holds a small copy.")] bool HasPreview);
}
