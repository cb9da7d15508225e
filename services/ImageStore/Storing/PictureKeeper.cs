using System.Diagnostics;
using MjAspire.Contracts.Images;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Checking;
using MjAspire.ImageStore.Fetching;

namespace MjAspire.ImageStore.Storing;

/// <summary>Brings one picture, from a link or from bytes in hand, to a durable blob.</summary>
internal sealed class PictureKeeper(ImageFetcher fetcher, PictureCheck check, BlobKeeper keeper, ImageStoreMetrics metrics)
{
    /// <summary>The picture kept, or why there is none.</summary>
    public async Task<(KeptPicture? Kept, Refusal? Refused)> KeepAsync(ImageSource source, CancellationToken cancellationToken)
    {
        switch (await fetcher.FetchAsync(source.Url, cancellationToken))
        {
            case FetchOutcome.Fetched fetched:
                await using (fetched.Draft)
                    return await KeepAsync(fetched.Draft, source.Layout, cancellationToken);
            case FetchOutcome.Refused refused:
                return (null, refused.Why);
            case var outcome:
                throw new UnreachableException($"A fetch ended as {outcome}.");
        }
    }

    /// <summary>The draft kept, if it is a picture; it stays the caller's to dispose.</summary>
    public async Task<(KeptPicture? Kept, Refusal? Refused)> KeepAsync(Draft draft, ImageLayout layout, CancellationToken cancellationToken)
    {
        var (image, refused) = await check.CheckAsync(draft, cancellationToken);
        if (refused is not null)
            return (null, refused);
        if (layout == ImageLayout.Grid && !GridParts.CanSplit(image.Width, image.Height))
            return (null, new(ImageErrors.Invalid, "The picture is too small to be a grid of four."));

        await keeper.KeepAsync(draft, cancellationToken);
        metrics.Stored(image.MediaType, draft.Length);
        return (new(layout, image, draft.Hash, draft.Length), null);
    }
}
