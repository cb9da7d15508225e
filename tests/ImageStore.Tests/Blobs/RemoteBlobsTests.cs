using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Retaining;

namespace MjAspire.ImageStore.Tests.Blobs;

/// <summary>What every kind of remote blobs does, against a real server of that kind.</summary>
public abstract class RemoteBlobsTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>, IAsyncLifetime
{
    private readonly DirectoryInfo _drafts = Directory.CreateTempSubdirectory("mjaspire-drafts-");
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(5_300_000);
    private ObjectServer _server = null!;
    private IBlobs _blobs = null!;

    private protected BlobOptions Options { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_is_found_under_the_hash_of_its_bytes()
    {
        var hash = await PutAsync(_bytes);
        await PutAsync(_bytes);

        Assert.True(await _blobs.ExistsAsync(hash, Cancelled));
        Assert.Equal(_bytes, await ReadAsync(hash));
        await _blobs.ProbeAsync(Cancelled);
    }

    [Fact]
    public async Task A_blob_is_read_from_anywhere()
    {
        await using var blob = await _blobs.OpenAsync(await PutAsync(_bytes), Cancelled);

        Assert.Equal(_bytes.Length, blob!.Length);
        foreach (var at in new[] { 5_000_000, 17, 18, 0, _bytes.Length - 1, _bytes.Length })
        {
            var piece = new byte[1_000];
            blob.Position = at;
            var read = await blob.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, Cancelled);
            Assert.Equal(_bytes.AsSpan(at, Math.Min(1_000, _bytes.Length - at)), piece.AsSpan(0, read));
        }
    }

    [Fact]
    public async Task A_large_blob_arrives_whole()
    {
        var large = RandomNumberGenerator.GetBytes(20_000_001);

        Assert.Equal(large, await ReadAsync(await PutAsync(large)));
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_null_and_can_be_deleted()
    {
        var hash = ContentHash.Parse(new string('0', 64));

        Assert.Null(await _blobs.OpenAsync(hash, Cancelled));
        Assert.False(await _blobs.ExistsAsync(hash, Cancelled));
        await _blobs.DeleteAsync(hash, Cancelled);
    }

    [Fact]
    public async Task Everything_that_is_there_is_listed()
    {
        var hashes = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => PutAsync([(byte)i])));

        var entries = await _blobs.ListAsync(Cancelled).ToListAsync(Cancelled);

        Assert.Equal(hashes.Select(hash => hash.ToString()).Order(StringComparer.Ordinal), entries.Select(entry => entry.Hash.ToString()).Order(StringComparer.Ordinal));
        Assert.All(entries, entry => Assert.Equal(1, entry.Bytes));
        Assert.All(entries, entry => Assert.InRange(TimeProvider.System.GetUtcNow() - entry.PutAt, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_server_that_is_away_is_trouble_of_ours()
    {
        var hash = await PutAsync(_bytes);
        await _server.DisposeAsync();

        await Assert.ThrowsAsync<BlobsUnavailableException>(() => _blobs.ProbeAsync(Cancelled));
        await Assert.ThrowsAsync<BlobsUnavailableException>(() => _blobs.OpenAsync(hash, Cancelled));
        await Assert.ThrowsAsync<BlobsUnavailableException>(() => PutAsync(_bytes));
    }

    [Fact]
    public async Task The_service_stores_serves_and_sweeps_there()
    {
        await using var service = await host.StartReplicaAsync([.. Settings(), ("Retaining:Grace", "00:00:00")]);
        var owner = Guid.CreateVersion7();
        var picture = Pictures.Png(200, 200, seed: 51);

        using var uploaded = await host.UploadAsync(owner, Guid.CreateVersion7(), new ByteArrayContent(picture), """{"operation":"imagine","layout":"grid"}""", replica: service);
        Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
        var path = uploaded.Headers.Location!.OriginalString;
        using var whole = await host.CallAsync(owner, $"{path}/content", service);
        using var range = await host.CallAsync(
            new HttpRequestMessage(HttpMethod.Get, $"{path}/content") { Headers = { Range = new RangeHeaderValue(100, 199) } }, owner, service);
        using var variant = await host.CallAsync(owner, $"{path}/content?w=64&format=webp", service);

        Assert.Equal(picture, await whole.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(picture[100..200], await range.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(HttpStatusCode.OK, variant.StatusCode);
        Assert.Equal(2, await _blobs.ListAsync(Cancelled).CountAsync(Cancelled));
        using var deleted = await host.CallAsync(new HttpRequestMessage(HttpMethod.Delete, path), owner, service);
        Assert.Equal(2, await service.Services.GetRequiredService<BlobSweep>().RemoveOrphansAsync(Cancelled));
        Assert.Empty(await _blobs.ListAsync(Cancelled).ToListAsync(Cancelled));
    }

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        Options = await PrepareAsync(_server.Port);
        _blobs = Create(Microsoft.Extensions.Options.Options.Create(Options));
    }

    public async ValueTask DisposeAsync()
    {
        (_blobs as IDisposable)?.Dispose();
        try
        {
            await _server.DisposeAsync();
        }
        catch (InvalidOperationException)
        {
            // The test has ended it.
        }
        _drafts.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<ObjectServer> StartAsync();

    private protected abstract Task<BlobOptions> PrepareAsync(int port);

    private protected abstract IBlobs Create(IOptions<BlobOptions> options);

    private protected abstract (string Key, string Value)[] Settings();

    private async Task<ContentHash> PutAsync(byte[] bytes)
    {
        await using var draft = new Draft(Path.Combine(_drafts.FullName, Guid.CreateVersion7().ToString()));
        await draft.TryFillAsync(new MemoryStream(bytes), bytes.Length, Cancelled);
        await _blobs.PutAsync(draft, Cancelled);
        return draft.Hash;
    }

    private async Task<byte[]> ReadAsync(ContentHash hash)
    {
        await using var blob = await _blobs.OpenAsync(hash, Cancelled);
        using var read = new MemoryStream();
        await blob!.CopyToAsync(read, Cancelled);
        return read.ToArray();
    }
}

public sealed class AzureBlobsTests(ImageStoreHost host) : RemoteBlobsTests(host)
{
    /// <summary>The key every emulator has; it is in Microsoft's documentation.</summary>
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private protected override Task<ObjectServer> StartAsync() => ObjectServer.StartAzuriteAsync();

    private protected override async Task<BlobOptions> PrepareAsync(int port)
    {
        var connection = $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
        await new BlobContainerClient(connection, "pictures").CreateAsync();
        return new() { Kind = BlobsKind.Azure, Azure = new() { ConnectionString = connection, Container = "pictures" } };
    }

    private protected override IBlobs Create(IOptions<BlobOptions> options) => new AzureBlobs(options);

    private protected override (string Key, string Value)[] Settings() =>
        [("Blobs:Kind", "azure"), ("Blobs:Azure:ConnectionString", Options.Azure.ConnectionString), ("Blobs:Azure:Container", "pictures")];
}

public sealed class S3BlobsTests(ImageStoreHost host) : RemoteBlobsTests(host)
{
    /// <summary>User and password of the server from npm; it checks signatures made with them.</summary>
    private const string Key = "S3RVER";

    private protected override Task<ObjectServer> StartAsync() => ObjectServer.StartS3Async();

    private protected override async Task<BlobOptions> PrepareAsync(int port)
    {
        var address = $"http://127.0.0.1:{port}";
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(Key, Key), new AmazonS3Config { ServiceURL = address, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        await client.PutBucketAsync("pictures");
        return new() { Kind = BlobsKind.S3, S3 = new() { ServiceUrl = address, Bucket = "pictures", AccessKey = Key, SecretKey = Key } };
    }

    private protected override IBlobs Create(IOptions<BlobOptions> options) => new S3Blobs(options);

    private protected override (string Key, string Value)[] Settings() =>
    [
        ("Blobs:Kind", "s3"), ("Blobs:S3:ServiceUrl", Options.S3.ServiceUrl), ("Blobs:S3:Bucket", "pictures"),
        ("Blobs:S3:AccessKey", Key), ("Blobs:S3:SecretKey", Key),
    ];
}
