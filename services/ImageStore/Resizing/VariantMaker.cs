using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Imaging;
using MjAspire.ImageStore.Sniffing;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Resizing;

/// <summary>Makes a picture's variant when it is first asked for, and keeps it; once, however many ask.</summary>
internal sealed partial class VariantMaker(
    VariantsTable variants, IBlobs blobs, BlobKeeper keeper, Drafts drafts, Vips vips,
    TimeProvider time, ImageStoreMetrics metrics, ILogger<VariantMaker> logger)
{
    private readonly SingleFlight<(Guid, VariantRequest), (VipsVerdict, ContentHash?)> _flights = new();

    /// <summary>The variant's bytes, recorded, or why there are none.</summary>
    public Task<(VipsVerdict Verdict, ContentHash? Hash)> MakeAsync(
        ImageRow image, VariantRequest variant, CancellationToken cancellationToken) =>
        _flights.RunAsync((image.ImageId, variant), stopping => MakeOnceAsync(image, variant, stopping), cancellationToken);

    private async Task<(VipsVerdict, ContentHash?)> MakeOnceAsync(ImageRow image, VariantRequest variant, CancellationToken cancellationToken)
    {
        using var span = ImageStoreTracing.Source.StartActivity("resize");
        span?.SetTag("image.id", image.ImageId);
        var started = time.GetTimestamp();

        await using var draft = drafts.Create();
        var verdict = await ResizeAsync(image, variant, draft, cancellationToken);
        metrics.Resized(verdict, time.GetElapsedTime(started));
        if (verdict != VipsVerdict.Done)
        {
            span.Fail(verdict.ToString());
            Log.NotMade(logger, variant, image.ImageId, verdict);
            return (verdict, null);
        }
        await keeper.KeepAsync(draft, cancellationToken);
        await variants.RecordAsync(
            image.ImageId, variant.Width, variant.Format, draft.Hash, draft.Length, time.GetUtcNow(), cancellationToken);
        return (verdict, draft.Hash);
    }

    private async Task<VipsVerdict> ResizeAsync(ImageRow image, VariantRequest variant, Draft draft, CancellationToken cancellationToken)
    {
        if (image.Hash is not { } hash || await blobs.OpenAsync(hash, cancellationToken) is not { } picture)
            return VipsVerdict.Failed;
        await using (picture)
        {
            var verdict = await vips.ResizeAsync(picture, variant.Width, variant.Saver, draft, cancellationToken);
            if (verdict != VipsVerdict.Done)
                return verdict;
        }

        // Whatever the library says of itself, it is what it was asked for. (Turned upright, a picture may be narrower.)
        return ImageSniffer.TrySniff(draft.Read(), out var made, out _) && made.MediaType == variant.MediaType && made.Width <= variant.Width
            ? VipsVerdict.Done
            : VipsVerdict.Failed;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Variant} of {ImageId} could not be made: {Verdict}")]
        public static partial void NotMade(ILogger logger, VariantRequest variant, Guid imageId, VipsVerdict verdict);
    }
}
