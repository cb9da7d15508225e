using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Imaging;
using MjAspire.ImageStore.Sniffing;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Cropping;

/// <summary>
/// Makes the bytes of a grid's part when they are first asked for, and keeps them. In one replica it happens once however many ask;
/// two replicas make the same blob, and the row takes the first.
/// </summary>
internal sealed partial class PartMaker(
    ImagesTable images, IBlobs blobs, BlobKeeper keeper, Drafts drafts, Vips vips,
    TimeProvider time, ImageStoreMetrics metrics, ILogger<PartMaker> logger)
{
    private readonly SingleFlight<Guid, (VipsVerdict, ImageRow?)> _flights = new();

    /// <summary>The part with its bytes recorded, or why there are none.</summary>
    public Task<(VipsVerdict Verdict, ImageRow? Part)> MakeAsync(ImageRow part, CancellationToken cancellationToken) =>
        _flights.RunAsync(part.ImageId, stopping => MakeOnceAsync(part, stopping), cancellationToken);

    private async Task<(VipsVerdict, ImageRow?)> MakeOnceAsync(ImageRow part, CancellationToken cancellationToken)
    {
        using var span = ImageStoreTracing.Source.StartActivity("crop");
        span?.SetTag("image.id", part.ImageId);
        var started = time.GetTimestamp();

        await using var draft = drafts.Create();
        var verdict = await CropAsync(part, draft, cancellationToken);
        metrics.Cropped(verdict, time.GetElapsedTime(started));
        if (verdict != VipsVerdict.Done)
        {
            span.Fail(verdict.ToString());
            Log.NotMade(logger, part.ImageId, verdict);
            return (verdict, null);
        }
        await keeper.KeepAsync(draft, cancellationToken);
        return (verdict, await images.RecordBytesAsync(part, draft.Hash, draft.Length, cancellationToken));
    }

    private async Task<VipsVerdict> CropAsync(ImageRow part, Draft draft, CancellationToken cancellationToken)
    {
        if (part is not { Crop: { } area, ParentImageId: { } gridId }
            || await images.FindAsync(gridId, cancellationToken) is not { Hash: { } gridHash }
            || await blobs.OpenAsync(gridHash, cancellationToken) is not { } grid)
            return VipsVerdict.Failed;

        await using (grid)
        {
            var verdict = await vips.CropAsync(grid, area, draft, cancellationToken);
            if (verdict != VipsVerdict.Done)
                return verdict;
        }

        // Whatever the library says of itself, the part is what it was promised to be.
        return ImageSniffer.TrySniff(draft.Read(), out var made, out _) && made == new SniffedImage(part.MediaType, part.Width, part.Height)
            ? VipsVerdict.Done
            : VipsVerdict.Failed;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The part {ImageId} could not be made: {Verdict}")]
        public static partial void NotMade(ILogger logger, Guid imageId, VipsVerdict verdict);
    }
}
