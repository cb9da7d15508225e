using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Verifying;

/// <summary>Reads every blob and compares it with its name. Changes nothing.</summary>
internal sealed class VerifyBlobs(BlobsTable table, IBlobs blobs)
{
    private const int Page = 500;

    /// <summary>One line for each blob that is not as it should be, and the sums as the last. True when there was none.</summary>
    public async Task<bool> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var (whole, damaged, missing, bytes, after) = (0, 0, 0, 0L, "");
        while (await table.PageAsync(after, Page, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Sha256;
            foreach (var row in page)
            {
                await using var blob = await blobs.OpenAsync(ContentHash.Parse(row.Sha256), cancellationToken);
                if (blob is null && row.IsReferredTo)
                {
                    missing++;
                    await output.WriteLineAsync($"missing  {row.Sha256}");
                }
                else if (blob is not null && await ContentHash.OfAsync(blob, cancellationToken) != ContentHash.Parse(row.Sha256))
                {
                    damaged++;
                    await output.WriteLineAsync($"damaged  {row.Sha256}");
                }
                else if (blob is not null)
                {
                    whole++;
                    bytes += row.Bytes;
                }
            }
        }
        await output.WriteLineAsync($"{whole} blobs whole ({bytes:N0} bytes), {damaged} damaged, {missing} missing");
        return damaged + missing == 0;
    }
}
