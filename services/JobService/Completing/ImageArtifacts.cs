using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;

namespace MjAspire.JobService.Completing;

/// <summary>Stored pictures as a job's artifacts.</summary>
internal static class ImageArtifacts
{
    public static JobArtifact From(StoredImage image) =>
        new(Name(image), $"mj://images/{image.ImageId}", image.MediaType, image.Bytes)
        {
            ImageId = image.ImageId,
            ParentImageId = image.ParentImageId,
            Index = image.Index,
            Width = image.Width,
            Height = image.Height,
        };

    /// <summary><c>image-0192….png</c>, <c>image-0192…-2.png</c> for the second part.</summary>
    private static string Name(StoredImage image)
    {
        var extension = image.MediaType[(image.MediaType.IndexOf('/') + 1)..];
        return image.Index is { } index ? $"image-{image.ParentImageId}-{index}.{extension}" : $"image-{image.ImageId}.{extension}";
    }
}
