using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Retaining;

/// <summary>Removes blobs nothing refers to. How it keeps out of the way of those who store is told in the schema and in <see cref="BlobsTable"/>.</summary>
internal sealed partial class BlobSweep(
    BlobsTable table, IBlobs blobs, IOptions<RetainingOptions> options, TimeProvider time, ImageStoreMetrics metrics, ILogger<BlobSweep> logger)
{
    private readonly RetainingOptions _options = options.Value;

    /// <summary>Goes through all rows once. How many blobs went.</summary>
    public async Task<int> RemoveOrphansAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - _options.Grace;
        var (removed, after) = (0, "");
        while (await table.PageAsync(after, _options.Batch, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Sha256;
            foreach (var row in page.Where(row => !row.IsReferredTo && row.TouchedAt < before))
            {
                var hash = ContentHash.Parse(row.Sha256);
                if (!await table.TryRemoveAsync(hash, before, () => blobs.DeleteAsync(hash, cancellationToken), cancellationToken))
                    continue;
                metrics.BlobRemoved();
                removed++;
            }
        }
        if (removed > 0)
            Log.Removed(logger, removed);
        return removed;
    }

    /// <summary>
    /// Finds blobs without a row, as a restore of an older database leaves them, and gives them one: from then on they are orphans like
    /// others. How many there were.
    /// </summary>
    public async Task<int> AdoptStraysAsync(CancellationToken cancellationToken)
    {
        var adopted = 0;
        await foreach (var found in blobs.ListAsync(cancellationToken).Chunk(_options.Batch).WithCancellation(cancellationToken))
            adopted += await table.AdoptAsync(found, cancellationToken);
        if (adopted > 0)
            Log.Adopted(logger, adopted);
        return adopted;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Removed {Count} blobs nothing refers to")]
        public static partial void Removed(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "Found {Count} blobs that are not recorded; they go unless something refers to them soon")]
        public static partial void Adopted(ILogger logger, int count);
    }
}
