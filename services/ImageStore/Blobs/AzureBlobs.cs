using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;

namespace MjAspire.ImageStore.Blobs;

/// <summary>Blobs in a container of Azure Blob Storage.</summary>
internal sealed class AzureBlobs(IOptions<BlobOptions> options) : IBlobs
{
    /// <summary>A larger picture goes in blocks, each with the network's timeout for itself: a slow line must not have to send all of it within one.</summary>
    private const int MostAtOnce = 8 << 20;

    /// <summary>Blocks or not, a blob is there whole or not at all; and what was spoilt on the way is told by a checksum and refused.</summary>
    private static readonly BlobUploadOptions Upload = new()
    {
        TransferOptions = new() { InitialTransferSize = MostAtOnce, MaximumTransferSize = MostAtOnce, MaximumConcurrency = 1 },
        TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 }, // the newer one not every server reads
    };

    private readonly BlobContainerClient _container = new(
        options.Value.Azure.ConnectionString, options.Value.Azure.Container,
        new BlobClientOptions { Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromMinutes(1) } });

    public Task PutAsync(Draft draft, CancellationToken cancellationToken) =>
        GuardAsync(() => _container.GetBlobClient(draft.Hash.Path).UploadAsync(draft.Read(), Upload, cancellationToken));

    public Task<Stream?> OpenAsync(ContentHash hash, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var blob = _container.GetBlobClient(hash.Path);
        try
        {
            var whole = (await blob.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            return (Stream?)new RangedStream(whole.Details.ContentLength, whole.Content, ReopenAsync);
        }
        catch (RequestFailedException e) when (e.Status == 404 && e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }

        Task<Stream> ReopenAsync(long from, CancellationToken token) => GuardAsync(async () =>
            (await blob.DownloadStreamingAsync(new() { Range = new HttpRange(from) }, token)).Value.Content);
    });

    public Task<bool> ExistsAsync(ContentHash hash, CancellationToken cancellationToken) =>
        GuardAsync(async () => (await _container.GetBlobClient(hash.Path).ExistsAsync(cancellationToken)).Value);

    public Task DeleteAsync(ContentHash hash, CancellationToken cancellationToken) =>
        GuardAsync(() => _container.GetBlobClient(hash.Path).DeleteIfExistsAsync(cancellationToken: cancellationToken));

    public async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var pages = _container.GetBlobsAsync(cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await GuardAsync(() => pages.MoveNextAsync().AsTask()))
        {
            var properties = pages.Current.Properties;
            if (ContentHash.TryParse(Path.GetFileName(pages.Current.Name), out var hash))
                yield return new(hash, properties.ContentLength ?? 0, properties.LastModified ?? DateTimeOffset.MinValue);
        }
    }

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        GuardAsync(() => _container.GetPropertiesAsync(cancellationToken: cancellationToken));

    private static async Task<T> GuardAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        // Several attempts that failed come as one AggregateException.
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            throw new BlobsUnavailableException("Azure Blob Storage did not do what it was asked.", e);
        }
    }
}
