using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace MjAspire.ImageStore.Blobs;

/// <summary>Blobs in a bucket of Amazon S3, or of a server that speaks its language.</summary>
internal sealed class S3Blobs : IBlobs, IDisposable
{
    private readonly AmazonS3Client _s3;
    private readonly string _bucket;

    public S3Blobs(IOptions<BlobOptions> options)
    {
        var s3 = options.Value.S3;
        var config = new AmazonS3Config
        {
            // Newer checksum headers are Amazon's own; other servers refuse them.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (s3.ServiceUrl.Length > 0)
            (config.ServiceURL, config.ForcePathStyle, config.AuthenticationRegion) = (s3.ServiceUrl, true, s3.Region.Length > 0 ? s3.Region : "us-east-1");
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(s3.Region);

        _bucket = s3.Bucket;
        _s3 = s3.AccessKey.Length > 0 ? new(new BasicAWSCredentials(s3.AccessKey, s3.SecretKey), config) : new(config);
    }

    public Task PutAsync(Draft draft, CancellationToken cancellationToken) => GuardAsync(() => _s3.PutObjectAsync(
        new PutObjectRequest
        {
            BucketName = _bucket,
            Key = draft.Hash.Path,
            InputStream = draft.Read(),
            AutoCloseStream = false,
            UseChunkEncoding = false, // as the checksums: not every server reads it
        },
        cancellationToken));

    public Task<Stream?> OpenAsync(ContentHash hash, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        try
        {
            var whole = await _s3.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = hash.Path }, cancellationToken);
            return (Stream?)new RangedStream(whole.ContentLength, whole.ResponseStream, ReopenAsync);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
        {
            return null;
        }

        Task<Stream> ReopenAsync(long from, CancellationToken token) => GuardAsync(async () => (await _s3.GetObjectAsync(
            new GetObjectRequest { BucketName = _bucket, Key = hash.Path, ByteRange = new ByteRange($"bytes={from}-") }, token)).ResponseStream);
    });

    public Task<bool> ExistsAsync(ContentHash hash, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        try
        {
            await _s3.GetObjectMetadataAsync(_bucket, hash.Path, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    });

    public Task DeleteAsync(ContentHash hash, CancellationToken cancellationToken) =>
        GuardAsync(() => _s3.DeleteObjectAsync(_bucket, hash.Path, cancellationToken));

    public async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket };
        do
        {
            var page = await GuardAsync(() => _s3.ListObjectsV2Async(request, cancellationToken));
            foreach (var item in page.S3Objects ?? [])
            {
                if (ContentHash.TryParse(Path.GetFileName(item.Key), out var hash))
                    yield return new(hash, item.Size ?? 0, item.LastModified?.ToUniversalTime() ?? DateTimeOffset.MinValue);
            }
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        GuardAsync(() => _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket, MaxKeys = 1 }, cancellationToken));

    public void Dispose() => _s3.Dispose();

    private static async Task<T> GuardAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new BlobsUnavailableException("The S3 server did not do what it was asked.", e);
        }
    }
}
