using System.Diagnostics.Metrics;
using MjAspire.ImageStore.Imaging;

namespace MjAspire.ImageStore;

/// <summary>
/// <c>mjaspire.images.stored</c> (files kept, by media type) · <c>mjaspire.images.stored.size</c> ·
/// <c>mjaspire.images.fetch.duration</c> (attempts and waits included, by outcome: <c>ok</c> or a code) ·
/// <c>mjaspire.images.fetch.retries</c> · <c>mjaspire.images.crop.duration</c>, <c>mjaspire.images.resize.duration</c> (by outcome) ·
/// <c>mjaspire.images.removed</c> (by reason: <c>age</c>, <c>limit</c>, <c>owner</c>) · <c>mjaspire.images.blobs.removed</c>.
/// </summary>
internal sealed class ImageStoreMetrics
{
    private readonly Counter<long> _stored;
    private readonly Counter<long> _size;
    private readonly Histogram<double> _fetch;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _crop;
    private readonly Histogram<double> _resize;
    private readonly Counter<long> _removed;
    private readonly Counter<long> _blobsRemoved;

    public ImageStoreMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("MjAspire.ImageStore");
        _stored = meter.CreateCounter<long>("mjaspire.images.stored", "{image}", "Files checked and kept.");
        _size = meter.CreateCounter<long>("mjaspire.images.stored.size", "By", "Bytes of the files kept.");
        _fetch = meter.CreateHistogram<double>("mjaspire.images.fetch.duration", "s", "From the first attempt to the answer.");
        _retries = meter.CreateCounter<long>("mjaspire.images.fetch.retries", "{attempt}", "Attempts after the first.");
        _crop = meter.CreateHistogram<double>("mjaspire.images.crop.duration", "s", "Making one part of a grid.");
        _resize = meter.CreateHistogram<double>("mjaspire.images.resize.duration", "s", "Making one variant.");
        _removed = meter.CreateCounter<long>("mjaspire.images.removed", "{image}", "Pictures taken away.");
        _blobsRemoved = meter.CreateCounter<long>("mjaspire.images.blobs.removed", "{blob}", "Blobs nothing referred to any more.");
    }

    public void Stored(string mediaType, long bytes)
    {
        _stored.Add(1, new KeyValuePair<string, object?>("media_type", mediaType));
        _size.Add(bytes);
    }

    public void Fetched(string outcome, TimeSpan took, int attempts)
    {
        _fetch.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        if (attempts > 1)
            _retries.Add(attempts - 1);
    }

    public void Removed(string reason, int count) => _removed.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void BlobRemoved() => _blobsRemoved.Add(1);

    public void Resized(VipsVerdict verdict, TimeSpan took) =>
        _resize.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", verdict.ToString()));

    public void Cropped(VipsVerdict verdict, TimeSpan took) =>
        _crop.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", verdict.ToString()));
}
