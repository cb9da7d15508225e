using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Sniffing;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Cropping;

/// <summary>
/// Makes the bytes of a grid's part when they are first asked for, and keeps them. In one replica it happens once however many ask;
/// two replicas make the same blob, and the row takes the first.
/// </summary>
internal sealed partial class PartMaker(
    ImagesTable images, IBlobs blobs, Drafts drafts, Vips vips, TimeProvider time, ImageStoreMetrics metrics, ILogger<PartMaker> logger)
{
    private readonly SingleFlight<Guid, (CropVerdict, ImageRow?)> _flights = new();

    /// <summary>The part with its bytes recorded, or why there are none.</summary>
    public Task<(CropVerdict Verdict, ImageRow? Part)> MakeAsync(ImageRow part, CancellationToken cancellationToken) =>
        _flights.RunAsync(part.ImageId, stopping => MakeOnceAsync(part, stopping), cancellationToken);

    private async Task<(CropVerdict, ImageRow?)> MakeOnceAsync(ImageRow part, CancellationToken cancellationToken)
    {
        using var span = ImageStoreTracing.Source.StartActivity("crop");
        span?.SetTag("image.id", part.ImageId);
        var started = time.GetTimestamp();

        await using var draft = drafts.Create();
        var verdict = await CropAsync(part, draft, cancellationToken);
        metrics.Cropped(verdict, time.GetElapsedTime(started));
        if (verdict != CropVerdict.Made)
        {
            span.Fail(verdict.ToString());
            Log.NotMade(logger, part.ImageId, verdict);
            return (verdict, null);
        }
        await blobs.PutAsync(draft, cancellationToken);
        return (verdict, await images.RecordBytesAsync(part, draft.Hash, draft.Length, cancellationToken));
    }

    private async Task<CropVerdict> CropAsync(ImageRow part, Draft draft, CancellationToken cancellationToken)
    {
        if (part is not { Crop: { } area, ParentImageId: { } gridId }
            || await images.FindAsync(gridId, cancellationToken) is not { Hash: { } gridHash }
            || await blobs.OpenAsync(gridHash, cancellationToken) is not { } grid)
            return CropVerdict.Failed;

        await using (grid)
        {
            var verdict = await vips.CropAsync(grid, area, draft, cancellationToken);
            if (verdict != CropVerdict.Made)
                return verdict;
        }

        // Whatever the library says of itself, the part is what it was promised to be.
        return ImageSniffer.TrySniff(draft.Read(), out var made, out _) && made == new SniffedImage(part.MediaType, part.Width, part.Height)
            ? CropVerdict.Made
            : CropVerdict.Failed;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The part {ImageId} could not be made: {Verdict}")]
        public static partial void NotMade(ILogger logger, Guid imageId, CropVerdict verdict);
    }
}
