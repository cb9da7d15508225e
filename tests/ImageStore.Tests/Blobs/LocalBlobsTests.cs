using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;

namespace MjAspire.ImageStore.Tests.Blobs;

public sealed class LocalBlobsTests : IAsyncLifetime
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"mjaspire-blobs-{Guid.CreateVersion7():N}");
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(300_000);
    private Drafts _drafts = null!;
    private LocalBlobs _blobs = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_is_found_under_the_hash_of_its_bytes()
    {
        var hash = await PutAsync(_bytes);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_bytes)), hash.ToString());
        Assert.Equal(Path.Combine(_root, hash.ToString()[..2], hash.ToString()), Assert.Single(Files()));
        Assert.True(await _blobs.ExistsAsync(hash, Cancelled));
        Assert.Equal(_bytes, await ReadAsync(hash));
    }

    [Fact]
    public async Task A_blob_put_again_is_one_blob()
    {
        var hashes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PutAsync(_bytes)));

        Assert.Single(hashes.Distinct());
        Assert.Single(Files());
        Assert.Equal(_bytes, await ReadAsync(hashes[0]));
    }

    [Fact]
    public async Task A_reader_is_not_disturbed_by_a_blob_put_again_or_deleted()
    {
        var hash = await PutAsync(_bytes);
        await using var reading = await _blobs.OpenAsync(hash, Cancelled);

        await PutAsync(_bytes);
        await _blobs.DeleteAsync(hash, Cancelled);

        using var read = new MemoryStream();
        await reading!.CopyToAsync(read, Cancelled);
        Assert.Equal(_bytes, read.ToArray());
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
    public async Task Nothing_is_left_of_a_draft_that_was_cancelled_in_the_middle()
    {
        using var leaving = new CancellationTokenSource();
        await using (var draft = _drafts.Create())
        {
            await using var source = new StallingStream(_bytes, leaving);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draft.TryFillAsync(source, long.MaxValue, leaving.Token));
            Assert.True(draft.Length > 0);
        }
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Nothing_is_kept_once_it_is_cancelled()
    {
        await using (var draft = await DraftAsync(_bytes))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _blobs.PutAsync(draft, new CancellationToken(canceled: true)));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_draft_longer_than_its_limit_says_so_and_stops()
    {
        await using var draft = _drafts.Create();
        using var source = new MemoryStream(_bytes);

        Assert.False(await draft.TryFillAsync(source, _bytes.Length - 1, Cancelled));
        Assert.True(new FileInfo(draft.Path).Length < _bytes.Length);
    }

    [Fact]
    public async Task A_draft_that_is_as_long_as_its_limit_is_taken()
    {
        await using var draft = _drafts.Create();
        using var source = new MemoryStream(_bytes);

        Assert.True(await draft.TryFillAsync(source, _bytes.Length, Cancelled));
    }

    [Fact]
    public async Task Only_old_drafts_are_removed_at_start()
    {
        var folder = Path.Combine(_root, ".drafts");
        var (old, young) = (Path.Combine(folder, "old"), Path.Combine(folder, "young"));
        await File.WriteAllTextAsync(old, "left by a killed process", Cancelled);
        await File.WriteAllTextAsync(young, "another replica's", Cancelled);
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));

        await _drafts.StartAsync(Cancelled);

        Assert.Equal([young], Files());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("ABCDEF0000000000000000000000000000000000000000000000000000000000")]
    public void Only_a_hash_names_a_blob(string text) => Assert.Throws<FormatException>(() => ContentHash.Parse(text));

    public async ValueTask InitializeAsync()
    {
        var options = Options.Create(new BlobOptions { Path = _root });
        _drafts = new Drafts(options, TimeProvider.System, NullLogger<Drafts>.Instance);
        _blobs = new LocalBlobs(options);
        await _drafts.StartAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string[] Files() => Directory.GetFiles(_root, "*", SearchOption.AllDirectories);

    private async Task<Draft> DraftAsync(byte[] bytes)
    {
        var draft = _drafts.Create();
        using var source = new MemoryStream(bytes);
        Assert.True(await draft.TryFillAsync(source, long.MaxValue, Cancelled));
        return draft;
    }

    private async Task<ContentHash> PutAsync(byte[] bytes)
    {
        await using var draft = await DraftAsync(bytes);
        await _blobs.PutAsync(draft, Cancelled);
        return draft.Hash;
    }

    private async Task<byte[]> ReadAsync(ContentHash hash)
    {
        await using var stream = await _blobs.OpenAsync(hash, Cancelled);
        using var read = new MemoryStream();
        await stream!.CopyToAsync(read, Cancelled);
        return read.ToArray();
    }

    /// <summary>Gives half of its bytes; then whoever waits for the rest is told to go.</summary>
    private sealed class StallingStream(byte[] bytes, CancellationTokenSource leaving) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < Length / 2)
                return await base.ReadAsync(buffer, cancellationToken);
            await leaving.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }
}
