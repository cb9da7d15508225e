namespace MjAspire.Contracts.Images;

/// <summary>
/// <c>POST /images</c> of ImageStore: the bytes of one picture as the body, for engines that answer with bytes; what is known of it in headers.
/// The owner is in the usual header. Answers 201, or 200 when the job's picture of that index is there already, with
/// <c>{"images":[{"image_id":…,"index":null|1..4,…}]}</c>, a grid before its parts; 413 or 422 with an <c>E_IMAGE_*</c> code when it is refused.
/// </summary>
public static class ImageUpload
{
    /// <summary>Guid.</summary>
    public const string JobId = "X-Job-Id";

    /// <summary>Which of the job's pictures, 0 to 15. Absent: 0.</summary>
    public const string Index = "X-Image-Index";

    /// <summary><see cref="ImageUploadMetadata"/> as JSON, snake_case, everything beyond ASCII escaped (System.Text.Json does that by itself).</summary>
    public const string Metadata = "X-Image-Metadata";
}

/// <summary>What is kept of a picture besides its bytes. As in <see cref="StoreImages"/>.</summary>
/// <param name="Operation">Required.</param>
public sealed record ImageUploadMetadata(
    string Operation, string? Prompt = null, string? Model = null, long? Seed = null, Guid? ParentImageId = null,
    ImageLayout Layout = ImageLayout.Whole);
