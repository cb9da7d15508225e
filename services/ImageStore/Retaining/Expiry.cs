using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Retaining;

/// <summary>Takes away pictures beyond what the operator wants kept, in small batches. Their bytes are the sweep's.</summary>
internal sealed partial class Expiry(
    ImageRemoval images, VariantsTable variants, IOptions<RetainingOptions> options, TimeProvider time,
    ImageStoreMetrics metrics, ILogger<Expiry> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (limits, now) = (options.Value, time.GetUtcNow());
        await RepeatAsync(() => variants.ForgetAsync(now - limits.VariantsFor, limits.Batch, cancellationToken));

        if (limits.MaxAge is { } age)
            Count("age", await RepeatAsync(() => images.RemoveOlderAsync(now - age, limits.Batch, cancellationToken)));

        if (limits is { MaxCount: null, MaxBytes: null })
            return;
        var (files, bytes) = (limits.MaxCount ?? long.MaxValue, limits.MaxBytes ?? long.MaxValue);
        foreach (var owner in await images.OwnersBeyondAsync(files, bytes, cancellationToken))
            Count("limit", await RepeatAsync(() => images.RemoveBeyondAsync(owner, files, bytes, limits.Batch, cancellationToken)));
    }

    private static async Task<int> RepeatAsync(Func<Task<int>> batch)
    {
        var total = 0;
        while (await batch() is var count and > 0)
            total += count;
        return total;
    }

    private void Count(string reason, int count)
    {
        if (count == 0)
            return;
        metrics.Removed(reason, count);
        Log.Removed(logger, count, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Removed {Count} pictures beyond what is kept: {Reason}")]
        public static partial void Removed(ILogger logger, int count, string reason);
    }
}
