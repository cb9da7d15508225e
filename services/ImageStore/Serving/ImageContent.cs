using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Cropping;
using MjAspire.ImageStore.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Serving;

/// <summary>A picture's bytes as an answer; ranges, 304 and HEAD come with the framework's file result.</summary>
internal sealed partial class ImageContent(IBlobs blobs, PartMaker parts, ILogger<ImageContent> logger)
{
    /// <param name="image">The picture; a part without bytes gets them now.</param>
    /// <param name="freshFor">How long a client may show it without asking again. The bytes of an id never change.</param>
    /// <param name="context">The request.</param>
    public async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ServeAsync(ImageRow image, TimeSpan freshFor, HttpContext context)
    {
        var stream = await OpenAsync(image, context);
        if (stream is null && image.Crop is not null)
        {
            // Never made, or made and lost: a part's bytes can always be made again.
            var (verdict, made) = await parts.MakeAsync(image, context.RequestAborted);
            if (verdict != CropVerdict.Made)
                return Refuse(verdict, context);
            image = made ?? image;
            stream = await OpenAsync(image, context);
        }
        if (stream is null)
        {
            Log.BytesLost(logger, image.ImageId);
            return Problems.Of(500, "E_IMAGE_LOST", "The picture is recorded but its bytes are not there.");
        }

        var headers = context.Response.Headers;
        headers.CacheControl = $"private, max-age={(long)freshFor.TotalSeconds}, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.ContentDisposition = $"inline; filename=\"{image.ImageId}.{image.MediaType["image/".Length..]}\"";
        var tag = new EntityTagHeaderValue($"\"{image.Sha256}\"");
        return TypedResults.Stream(stream, image.MediaType, lastModified: image.StoredAt, entityTag: tag, enableRangeProcessing: true);
    }

    private async Task<Stream?> OpenAsync(ImageRow image, HttpContext context) =>
        image.Hash is { } hash ? await blobs.OpenAsync(hash, context.RequestAborted) : null;

    private static ProblemHttpResult Refuse(CropVerdict verdict, HttpContext context)
    {
        switch (verdict)
        {
            case CropVerdict.LibraryMissing:
                return Problems.Of(503, "E_IMAGE_LIBRARY_MISSING",
                    "Parts of a grid are cut out by libvips, which is not installed on this server: install its command line "
                    + "(Debian and Ubuntu: libvips-tools) or name it in Cropping:Vips. Whole pictures can be had without it.");
            case CropVerdict.Busy:
                context.Response.Headers.RetryAfter = "5";
                return Problems.Of(503, "E_IMAGE_BUSY", "Too many pictures are being cut at the moment. Try again.");
            case CropVerdict.TimedOut:
                context.Response.Headers.RetryAfter = "30";
                return Problems.Of(503, "E_TIMEOUT", "Cutting the part out of its grid took too long. Try again.");
            default:
                return Problems.Of(500, "E_IMAGE_PART_FAILED", "The part could not be cut out of its grid.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The bytes of {ImageId} are not where they were put")]
        public static partial void BytesLost(ILogger logger, Guid imageId);
    }
}
