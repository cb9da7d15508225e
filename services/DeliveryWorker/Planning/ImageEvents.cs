using MjAspire.Contracts.Images;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>What is said of pictures that can be had.</summary>
internal sealed record StoredData(Guid JobId, IReadOnlyList<StoredImage> Images);

/// <summary>
/// A job's pictures are stored: one event for all of them.
/// <code>
/// {"type": "image.stored", "timestamp": "2026-01-01T12:00:00Z",
///  "data": {"job_id": "...", "images": [{"image_id": "...", "parent_image_id": null, "media_type": "image/png", "width": 2048, ...}]}}
/// </code>
/// </summary>
internal static class ImageEvents
{
    /// <param name="now">The message does not say when; of a repeated one the first time counts, as the event is kept only once.</param>
    public static WebhookEvent Of(ImagesStored stored, string? traceParent, DateTimeOffset now) => new(
        EventId.Of(EventTypes.ImageStored, stored.JobId),
        stored.OwnerId,
        EventTypes.ImageStored,
        EventJson.Write(EventTypes.ImageStored, now, new StoredData(stored.JobId, stored.Images)),
        traceParent,
        now);
}
