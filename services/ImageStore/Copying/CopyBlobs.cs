using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;

namespace MjAspire.ImageStore.Copying;

/// <summary>Copies blobs from one place to another, leaving out those that are there, and what does not fit its name.</summary>
internal sealed class CopyBlobs(IBlobs from, IBlobs to, Func<Draft> createDraft)
{
    /// <summary>A backup: <c>{folder}/ab/abcd…</c>, as local blobs are kept, wherever these came from.</summary>
    public static IBlobs InFolder(string folder) => new LocalBlobs(Options.Create(new BlobOptions { Path = folder }));

    /// <summary>One line for each blob that is not as it should be, and the sums as the last. True when there was none.</summary>
    public async Task<bool> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var (copied, there, damaged) = (0, 0, 0);
        await foreach (var entry in from.ListAsync(cancellationToken))
        {
            if (await to.ExistsAsync(entry.Hash, cancellationToken))
            {
                there++;
                continue;
            }
            await using var blob = await from.OpenAsync(entry.Hash, cancellationToken);
            if (blob is null)
                continue; // went while we looked: nothing referred to it

            await using var draft = createDraft();
            await draft.TryFillAsync(blob, long.MaxValue, cancellationToken);
            if (draft.Hash != entry.Hash)
            {
                damaged++;
                await output.WriteLineAsync($"damaged  {entry.Hash}");
                continue;
            }
            await to.PutAsync(draft, cancellationToken);
            copied++;
        }
        await output.WriteLineAsync($"{copied} blobs copied, {there} there already, {damaged} damaged");
        return damaged == 0;
    }
}
