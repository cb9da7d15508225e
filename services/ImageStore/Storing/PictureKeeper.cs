using System.Diagnostics;
using MjAspire.Contracts.Images;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Fetching;

namespace MjAspire.ImageStore.Storing;

/// <summary>Brings one source from its link to a durable blob.</summary>
internal sealed class PictureKeeper(ImageFetcher fetcher, IBlobs blobs, ImageStoreMetrics metrics)
{
    /// <summary>The picture kept, or why there is none.</summary>
    public async Task<(KeptPicture? Kept, FetchOutcome.Refused? Refused)> KeepAsync(ImageSource source, CancellationToken cancellationToken)
    {
        switch (await fetcher.FetchAsync(source.Url, cancellationToken))
        {
            case FetchOutcome.Fetched fetched:
                await using (var draft = fetched.Draft)
                {
                    if (source.Layout == ImageLayout.Grid && !GridParts.CanSplit(fetched.Image.Width, fetched.Image.Height))
                        return (null, new(ImageErrors.Invalid, "The picture is too small to be a grid of four."));

                    using var span = ImageStoreTracing.Source.StartActivity("store blob");
                    span?.SetTag("image.sha256", draft.Hash.ToString());
                    span?.SetTag("image.bytes", draft.Length);
                    await blobs.PutAsync(draft, cancellationToken);
                    metrics.Stored(fetched.Image.MediaType, draft.Length);
                    return (new(source.Layout, fetched.Image, draft.Hash, draft.Length), null);
                }
            case FetchOutcome.Refused refused:
                return (null, refused);
            case var outcome:
                throw new UnreachableException($"A fetch ended as {outcome}.");
        }
    }
}
