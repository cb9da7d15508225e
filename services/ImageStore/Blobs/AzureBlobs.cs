using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using Microsoft.Extensions.Options;

namespace MjAspire.ImageStore.Blobs;

/// <summary>Blobs in a container of Azure Blob Storage.</summary>
/// <remarks>
/// Uploads go past the SDK's uploader, by one request to an address it signs: the uploader wants System.IO.Hashing for checksums we
/// have no use for, and that package is not to be had everywhere (see Directory.Build.props).
/// </remarks>
internal sealed class AzureBlobs(IOptions<BlobOptions> options, IHttpClientFactory clients, TimeProvider time) : IBlobs
{
    private static readonly TimeSpan UploadTime = TimeSpan.FromMinutes(10);

    private readonly BlobContainerClient _container = new(
        options.Value.Azure.ConnectionString, options.Value.Azure.Container,
        new BlobClientOptions { Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromMinutes(1) } });

    public Task PutAsync(Draft draft, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        // PUT {blob}?{signature}    x-ms-blob-type: BlockBlob    one request, so the blob is there whole or not at all
        var address = _container.GetBlobClient(draft.Hash.Path).GenerateSasUri(BlobSasPermissions.Create | BlobSasPermissions.Write, time.GetUtcNow() + UploadTime);
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StreamContent(draft.Read()) };
        request.Content.Headers.ContentLength = draft.Length;
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var client = clients.CreateClient(nameof(AzureBlobs));
        client.Timeout = UploadTime;
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return true;
    });

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
        catch (Exception e) when (e is RequestFailedException or HttpRequestException or AggregateException)
        {
            throw new BlobsUnavailableException("Azure Blob Storage did not do what it was asked.", e);
        }
    }
}
