using System.Net;
using MjAspire.ImageStore.Sniffing;
using Npgsql;

namespace MjAspire.ImageStore.Tests.Resizing;

public sealed class VariantsTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    private static readonly byte[] Picture = Pictures.Png(400, 300, seed: 31);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("w=128", "image/png", 128, 96)]
    [InlineData("w=100", "image/png", 128, 96)] // up to the next step
    [InlineData("w=16&format=webp", "image/webp", 16, 12)]
    [InlineData("w=2048&format=jpeg", "image/jpeg", 400, 300)] // never larger than it is
    [InlineData("format=webp", "image/webp", 400, 300)]
    [InlineData("format=jpeg&w=300", "image/jpeg", 384, 288)]
    public async Task A_variant_has_the_width_and_format_asked_for(string query, string mediaType, int width, int height)
    {
        var (imageId, ownerId) = await StoreAsync(Picture);

        using var response = await host.CallAsync(ownerId, $"/images/{imageId}/content?{query}");
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.True(ImageSniffer.TrySniff(new MemoryStream(bytes), out var image, out var problem), problem);
        Assert.Equal(new SniffedImage(mediaType, width, height), image);
        Assert.Equal($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}\"", response.Headers.ETag?.Tag);
    }

    [Theory]
    [InlineData("w=400")]
    [InlineData("w=2048")]
    [InlineData("format=png")]
    [InlineData("format=png&w=390")] // up to 512, down to its own
    public async Task A_variant_that_would_be_the_picture_is_the_picture(string query)
    {
        var (imageId, ownerId) = await StoreAsync(Picture);

        using var response = await host.CallAsync(ownerId, $"/images/{imageId}/content?{query}");

        Assert.Equal(Picture, await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Theory]
    [InlineData("w=15")]
    [InlineData("w=2049")]
    [InlineData("w=-128")]
    [InlineData("w=wide")]
    [InlineData("w=")]
    [InlineData("format=svg")]
    [InlineData("format=.png[strip]")]
    public async Task A_variant_nobody_makes_is_refused(string query)
    {
        var (imageId, ownerId) = await StoreAsync(Picture);

        using var response = await host.CallAsync(ownerId, $"/images/{imageId}/content?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("E_IMAGE_VARIANT", await ImageStoreHost.CodeOf(response));
    }

    [Fact]
    public async Task A_variant_is_made_once_and_again_when_it_is_lost()
    {
        var (imageId, ownerId) = await StoreAsync(Pictures.Png(200, 200, seed: 32));
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
            await (await host.CallAsync(ownerId, $"/images/{imageId}/content?w={100 + i}&format=webp")).Content.ReadAsByteArrayAsync(Cancelled)));
        var blob = host.Files().Single(file => Path.GetFileName(file) == HashOf(answers[0]));
        var madeAt = File.GetLastWriteTimeUtc(blob);

        using var again = await host.CallAsync(ownerId, $"/images/{imageId}/content?w=128&format=webp");
        Assert.Equal(madeAt, File.GetLastWriteTimeUtc(blob));
        File.Delete(blob);
        using var afterLoss = await host.CallAsync(ownerId, $"/images/{imageId}/content?w=128&format=webp");

        Assert.Single(answers.Select(HashOf).Distinct(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.OK, afterLoss.StatusCode);
        Assert.Equal(again.Headers.ETag, afterLoss.Headers.ETag);
    }

    [Fact]
    public async Task A_link_opens_every_variant_and_a_thumbnail_is_one()
    {
        var (imageId, ownerId) = await StoreAsync(Picture);
        var thumbnail = new Uri((await host.AskAsync(ownerId, $"/images/{imageId}")).GetProperty("thumbnail_url").GetString()!);
        Assert.Equal("pictures.example", thumbnail.Host);

        using var response = await host.Service.Http.GetAsync(thumbnail.PathAndQuery, Cancelled);

        Assert.Equal("image/webp", response.Content.Headers.ContentType?.MediaType);
        Assert.True(ImageSniffer.TrySniff(new MemoryStream(await response.Content.ReadAsByteArrayAsync(Cancelled)), out var image, out _));
        Assert.Equal(256, image.Width);
    }

    [Fact]
    public async Task A_part_nobody_asked_for_yet_has_variants()
    {
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(300, 300, seed: 33));

        using var response = await host.CallAsync(ownerId, $"/images/{stored.Images[2].ImageId}/content?w=64&format=jpeg");

        Assert.True(ImageSniffer.TrySniff(new MemoryStream(await response.Content.ReadAsByteArrayAsync(Cancelled)), out var image, out _));
        Assert.Equal(new SniffedImage("image/jpeg", 64, 64), image);
    }

    [Fact]
    public async Task However_it_is_asked_for_a_picture_has_few_variants()
    {
        var (imageId, ownerId) = await StoreAsync(Pictures.Png(100, 100, seed: 34));

        foreach (var width in Enumerable.Range(16, 120))
            (await host.CallAsync(ownerId, $"/images/{imageId}/content?w={width}")).EnsureSuccessStatusCode();

        await using var database = NpgsqlDataSource.Create(host.Settings["ConnectionStrings:images"]!);
        await using var command = database.CreateCommand($"select count(*) from variants where image_id = '{imageId}'");
        Assert.Equal(3L, await command.ExecuteScalarAsync(Cancelled)); // 16, 32, 64; from 65 on it is the picture itself
    }

    [Fact]
    public async Task A_missing_library_is_said_clearly_and_the_picture_itself_still_works()
    {
        await using var bare = await host.StartReplicaAsync(("Imaging:Vips", "/nowhere/vips"));
        var (imageId, ownerId) = await StoreAsync(Picture);

        using var variant = await host.CallAsync(ownerId, $"/images/{imageId}/content?w=32", replica: bare);
        using var whole = await host.CallAsync(ownerId, $"/images/{imageId}/content", replica: bare);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, variant.StatusCode);
        Assert.Equal("E_IMAGE_LIBRARY_MISSING", await ImageStoreHost.CodeOf(variant));
        Assert.Equal(Picture, await whole.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task Public_links_open_without_a_signature_where_they_are_wanted()
    {
        await using var open = await host.StartReplicaAsync(("Images:PublicLinks", "true"));
        var (imageId, _) = await StoreAsync(Picture);

        using var response = await open.Http.GetAsync($"/i/{imageId}?w=64", Cancelled);
        using var forged = await open.Http.GetAsync($"/i/{imageId}?e=9999999999&s=please", Cancelled);
        using var closed = await host.Service.Http.GetAsync($"/i/{imageId}", Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.Public);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, closed.StatusCode);
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    private async Task<(Guid ImageId, Guid OwnerId)> StoreAsync(byte[] picture)
    {
        var command = host.CommandFor(picture);
        return (Assert.Single((await host.StoreAsync(command)).Images).ImageId, command.OwnerId);
    }
}
