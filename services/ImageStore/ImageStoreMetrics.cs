using System.Diagnostics.Metrics;
using MjAspire.ImageStore.Cropping;

namespace MjAspire.ImageStore;

/// <summary>
/// <c>mjaspire.images.stored</c> (files kept, by media type) · <c>mjaspire.images.stored.size</c> ·
/// <c>mjaspire.images.fetch.duration</c> (attempts and waits included, by outcome: <c>ok</c> or a code) ·
/// <c>mjaspire.images.fetch.retries</c> · <c>mjaspire.images.crop.duration</c> (by outcome).
/// </summary>
internal sealed class ImageStoreMetrics
{
    private readonly Counter<long> _stored;
    private readonly Counter<long> _size;
    private readonly Histogram<double> _fetch;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _crop;

    public ImageStoreMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("MjAspire.ImageStore");
        _stored = meter.CreateCounter<long>("mjaspire.images.stored", "{image}", "Files fetched, checked and kept.");
        _size = meter.CreateCounter<long>("mjaspire.images.stored.size", "By", "Bytes of the files kept.");
        _fetch = meter.CreateHistogram<double>("mjaspire.images.fetch.duration", "s", "From the first attempt to the answer.");
        _retries = meter.CreateCounter<long>("mjaspire.images.fetch.retries", "{attempt}", "Attempts after the first.");
        _crop = meter.CreateHistogram<double>("mjaspire.images.crop.duration", "s", "Making one part of a grid.");
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

    public void Cropped(CropVerdict verdict, TimeSpan took) =>
        _crop.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", verdict.ToString()));
}
