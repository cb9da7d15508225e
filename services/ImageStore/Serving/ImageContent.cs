using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Cropping;
using MjAspire.ImageStore.Imaging;
using MjAspire.ImageStore.Resizing;
using MjAspire.ImageStore.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Serving;

/// <summary>A picture's bytes as an answer; ranges, 304 and HEAD come with the framework's file result.</summary>
internal sealed partial class ImageContent(
    IBlobs blobs, PartMaker parts, VariantMaker maker, VariantsTable variants, ILogger<ImageContent> logger)
{
    /// <param name="image">The picture; a part without bytes gets them now.</param>
    /// <param name="w">Width of a variant, as asked for.</param>
    /// <param name="format">Format of a variant, as asked for.</param>
    /// <param name="cache">How long the answer is good.</param>
    /// <param name="context">The request.</param>
    public async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ServeAsync(
        ImageRow image, string? w, string? format, CacheFor cache, HttpContext context)
    {
        if (!VariantRequest.TryRead(w, format, image, out var variant, out var problem))
            return Problems.Of(400, "E_IMAGE_VARIANT", problem);
        if (variant is not null
            && await variants.FindAsync(image.ImageId, variant.Width, variant.Format, context.RequestAborted) is { } known
            && await OpenAsync(known, context) is { } ready)
            return Answer(ready, known, image, variant, cache, context);

        var stream = await OpenAsync(image.Hash, context);
        if (stream is null && image.Crop is not null)
        {
            // Never made, or made and lost: a part's bytes can always be made again.
            var (verdict, made) = await parts.MakeAsync(image, context.RequestAborted);
            if (verdict != VipsVerdict.Done)
                return LibraryProblems.Of(verdict, context.Response);
            image = made ?? image;
            stream = await OpenAsync(image.Hash, context);
        }
        if (stream is null || image.Hash is not { } hash)
        {
            Log.BytesLost(logger, image.ImageId);
            return Problems.Of(500, "E_IMAGE_LOST", "The picture is recorded but its bytes are not there.");
        }
        if (variant is null)
            return Answer(stream, hash, image, variant, cache, context);

        await stream.DisposeAsync();
        var (ended, resized) = await maker.MakeAsync(image, variant, context.RequestAborted);
        if (ended != VipsVerdict.Done)
            return LibraryProblems.Of(ended, context.Response);
        return await OpenAsync(resized, context) is { } fresh
            ? Answer(fresh, resized!.Value, image, variant, cache, context)
            : Problems.Of(500, "E_IMAGE_LOST", "The picture was made but its bytes are not there.");
    }

    private static FileStreamHttpResult Answer(
        Stream stream, ContentHash hash, ImageRow image, VariantRequest? variant, CacheFor cache, HttpContext context)
    {
        var mediaType = variant?.MediaType ?? image.MediaType;
        var name = variant is null ? $"{image.ImageId}" : $"{image.ImageId}-{variant.Width}";
        var headers = context.Response.Headers;
        headers.CacheControl = cache.ToString();
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.ContentDisposition = $"inline; filename=\"{name}.{mediaType["image/".Length..]}\"";
        return TypedResults.Stream(
            stream, mediaType, lastModified: image.StoredAt, entityTag: new EntityTagHeaderValue($"\"{hash}\""), enableRangeProcessing: true);
    }

    private async Task<Stream?> OpenAsync(ContentHash? hash, HttpContext context) =>
        hash is { } known ? await blobs.OpenAsync(known, context.RequestAborted) : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The bytes of {ImageId} are not where they were put")]
        public static partial void BytesLost(ILogger logger, Guid imageId);
    }
}
