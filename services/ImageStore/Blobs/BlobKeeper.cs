using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Blobs;

/// <summary>
/// The one way a blob comes in: its row first, which tells the sweep that someone is about to refer to it, then its bytes.
/// What refers to it is recorded afterwards by whoever keeps it.
/// </summary>
internal sealed class BlobKeeper(IBlobs blobs, BlobsTable table)
{
    public async Task KeepAsync(Draft draft, CancellationToken cancellationToken)
    {
        using var span = ImageStoreTracing.Source.StartActivity("store blob");
        span?.SetTag("image.sha256", draft.Hash.ToString());
        span?.SetTag("image.bytes", draft.Length);
        await table.TouchAsync(draft.Hash, draft.Length, cancellationToken);
        await blobs.PutAsync(draft, cancellationToken);
    }
}
