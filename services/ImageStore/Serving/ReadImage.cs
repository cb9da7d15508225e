using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ImageStore.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Serving;

/// <summary>For the other services: a picture of the owner they act for.</summary>
internal static class ReadImage
{
    public static async Task<Results<Ok<ImageView>, ProblemHttpResult>> MetadataAsync(
        Guid imageId, Caller caller, ImagesTable images, ImageLinks links, CancellationToken cancellationToken)
    {
        if (await images.FindAsync(imageId, caller.OwnerId, cancellationToken) is not { } image)
            return NotFound();
        var parts = await images.PartsOfAsync([image], cancellationToken);
        return TypedResults.Ok(links.Show(image, parts[image.ImageId]));
    }

    /// <param name="w">Width of a variant.</param>
    /// <param name="format">Format of a variant.</param>
    public static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ContentAsync(
        Guid imageId, string? w, string? format, Caller caller, ImagesTable images, ImageContent content, HttpContext context) =>
        await images.FindAsync(imageId, caller.OwnerId, context.RequestAborted) is { } image
            ? await content.ServeAsync(image, w, format, CacheFor.Owner, context)
            : NotFound();

    public static ProblemHttpResult NotFound() => Problems.Of(404, "E_IMAGE_NOT_FOUND", "There is no such picture.");
}
