using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MjAspire.Testing;

namespace MjAspire.ImageStore.Tests.Cropping;

public sealed class PartsTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(".png")]
    [InlineData(".png[interlace]")]
    [InlineData(".webp[lossless]")]
    [InlineData(".webp")]
    [InlineData(".jpg")]
    [InlineData(".gif")]
    public async Task A_part_is_its_quarter_of_the_grid_pixel_by_pixel(string format)
    {
        var grid = await Pictures.ConvertAsync(Pictures.Png(131, 97, seed: format.Length), format);
        var (stored, ownerId) = await host.StoreGridAsync(grid);
        var whole = await Pictures.DecodeAsync(grid);

        foreach (var part in stored.Images.Skip(1))
        {
            using var response = await host.CallAsync(ownerId, $"/images/{part.ImageId}/content");
            var bytes = await response.Content.ReadAsByteArrayAsync(Cancelled);
            var crop = (await MetadataAsync(part.ImageId, ownerId)).GetProperty("crop");

            Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(
                Pictures.Rectangle(whole, crop.GetProperty("x").GetInt32(), crop.GetProperty("y").GetInt32(), part.Width, part.Height),
                (await Pictures.DecodeAsync(bytes)).Pixels);
        }
    }

    [Fact]
    public async Task A_part_is_made_once_and_its_bytes_are_recorded()
    {
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(80, 80, seed: 21));
        var part = stored.Images[1];
        Assert.Equal(JsonValueKind.Null, (await MetadataAsync(part.ImageId, ownerId)).GetProperty("sha256").ValueKind);

        var first = await ContentAsync(part.ImageId, ownerId);
        var blob = host.Files().Single(file => Path.GetFileName(file) == Hash(first));
        var madeAt = File.GetLastWriteTimeUtc(blob);
        var second = await ContentAsync(part.ImageId, ownerId);

        Assert.Equal(first, second);
        Assert.Equal(madeAt, File.GetLastWriteTimeUtc(blob));
        var metadata = await MetadataAsync(part.ImageId, ownerId);
        Assert.Equal(Hash(first), metadata.GetProperty("sha256").GetString());
        Assert.Equal(first.Length, metadata.GetProperty("bytes").GetInt32());
    }

    [Fact]
    public async Task Many_first_requests_at_two_replicas_get_the_same_bytes()
    {
        await using var other = await host.StartReplicaAsync();
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(300, 300, seed: 22));
        var crops = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MjAspire.ImageStore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.OperationName == "crop" && Equals(span.GetTagItem("image.id"), stored.Images[3].ImageId))
                    Interlocked.Increment(ref crops);
            },
        };
        ActivitySource.AddActivityListener(listener);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            ContentAsync(stored.Images[3].ImageId, ownerId, i % 2 == 0 ? host.Service : other)));

        Assert.Single(answers.Select(Hash).Distinct(StringComparer.Ordinal));
        Assert.InRange(crops, 1, 2);
    }

    [Fact]
    public async Task A_part_whose_bytes_were_lost_is_made_again()
    {
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(50, 50, seed: 23));
        var first = await ContentAsync(stored.Images[4].ImageId, ownerId);
        File.Delete(host.Files().Single(file => Path.GetFileName(file) == Hash(first)));

        Assert.Equal(first, await ContentAsync(stored.Images[4].ImageId, ownerId));
    }

    [Fact]
    public async Task A_missing_library_is_said_clearly_and_whole_pictures_still_work()
    {
        await using var bare = await host.StartReplicaAsync(("Imaging:Vips", "/nowhere/vips"));
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(40, 40, seed: 24));

        using var part = await host.CallAsync(ownerId, $"/images/{stored.Images[1].ImageId}/content", replica: bare);
        using var whole = await host.CallAsync(ownerId, $"/images/{stored.Images[0].ImageId}/content", replica: bare);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, part.StatusCode);
        var problem = await part.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal("E_IMAGE_LIBRARY_MISSING", problem.GetProperty("code").GetString());
        Assert.Contains("libvips-tools", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
    }

    [Fact]
    public async Task A_grid_that_cannot_be_decoded_gives_an_error_and_no_part()
    {
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(64, 64, seed: 27));
        var blob = host.Files().Single(file => Path.GetFileName(file) == stored.Images[0].Sha256);
        await File.WriteAllBytesAsync(blob, Pictures.PngOf(64, 64, new byte[64 * 97]), Cancelled); // half of the pixels are not there
        var before = host.Files();

        using var response = await host.CallAsync(ownerId, $"/images/{stored.Images[4].ImageId}/content");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("E_IMAGE_PART_FAILED", await ImageStoreHost.CodeOf(response));
        Assert.Equal(before, host.Files());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_library_that_hangs_is_killed(bool clientLeaves)
    {
        using var library = await HangingLibrary.CreateAsync();
        await using var slow = await host.StartReplicaAsync(
            ("Imaging:Vips", library.Path), ("Imaging:Timeout", clientLeaves ? "00:10:00" : "00:00:01"));
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(40, 40, seed: 25));

        using var impatience = new CancellationTokenSource();
        var asking = host.CallAsync(ownerId, $"/images/{stored.Images[1].ImageId}/content", replica: slow, leaving: impatience.Token);
        var pid = await library.RunsAsync();
        if (clientLeaves)
        {
            await impatience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }
        else
        {
            Assert.Equal("E_TIMEOUT", await ImageStoreHost.CodeOf(await asking));
        }

        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{pid}"), "the library to be gone");
    }

    [Fact]
    public async Task More_crops_than_may_wait_are_refused_at_once()
    {
        using var library = await HangingLibrary.CreateAsync();
        await using var slow = await host.StartReplicaAsync(
            ("Imaging:Vips", library.Path), ("Imaging:Concurrency", "1"), ("Imaging:Queue", "0"));
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(40, 40, seed: 26));

        using var impatience = new CancellationTokenSource();
        var first = host.CallAsync(ownerId, $"/images/{stored.Images[1].ImageId}/content", replica: slow, leaving: impatience.Token);
        await library.RunsAsync();
        using var second = await host.CallAsync(ownerId, $"/images/{stored.Images[2].ImageId}/content", replica: slow);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal("E_IMAGE_BUSY", await ImageStoreHost.CodeOf(second));
        Assert.NotNull(second.Headers.RetryAfter);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    private async Task<byte[]> ContentAsync(Guid imageId, Guid ownerId, RunningService? replica = null)
    {
        using var response = await host.CallAsync(ownerId, $"/images/{imageId}/content", replica: replica);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync(Cancelled);
    }

    private async Task<JsonElement> MetadataAsync(Guid imageId, Guid ownerId) =>
        await (await host.CallAsync(ownerId, $"/images/{imageId}")).Content.ReadFromJsonAsync<JsonElement>(Cancelled);
}
