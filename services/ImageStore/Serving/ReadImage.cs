using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ImageStore.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Serving;

/// <summary>For the other services: a picture of the owner they act for. Someone else's is as unknown as one that never was.</summary>
internal static class ReadImage
{
    public static async Task<Results<Ok<ImageView>, ProblemHttpResult>> MetadataAsync(
        Guid imageId, Caller caller, ImagesTable images, CancellationToken cancellationToken) =>
        await FindAsync(imageId, caller, images, cancellationToken) is { } image ? TypedResults.Ok(ImageView.Of(image)) : NotFound();

    public static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ContentAsync(
        Guid imageId, Caller caller, ImagesTable images, ImageContent content, HttpContext context) =>
        await FindAsync(imageId, caller, images, context.RequestAborted) is { } image
            ? await content.ServeAsync(image, TimeSpan.FromDays(365), context)
            : NotFound();

    public static ProblemHttpResult NotFound() => Problems.Of(404, "E_IMAGE_NOT_FOUND", "There is no such picture.");

    private static async Task<ImageRow?> FindAsync(Guid imageId, Caller caller, ImagesTable images, CancellationToken cancellationToken) =>
        await images.FindAsync(imageId, cancellationToken) is { } image && image.OwnerId == caller.OwnerId ? image : null;
}
