using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Tests.Serving;

public sealed class ServingTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    private static readonly byte[] Picture = Pictures.Png(60, 50, seed: 9);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_bytes_are_the_ones_that_were_fetched()
    {
        var (imageId, ownerId) = await StoreAsync();

        using var response = await host.CallAsync(ownerId, $"/images/{imageId}/content");

        Assert.Equal(Picture, await response.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TimeSpan.FromDays(365), response.Headers.CacheControl?.MaxAge);
        Assert.True(response.Headers.CacheControl?.Private);
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(Picture))}\"", response.Headers.ETag?.Tag);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_head_request_tells_all_but_the_bytes()
    {
        var (imageId, _) = await StoreAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, Link(imageId));

        using var response = await host.Service.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Picture.Length, response.Content.Headers.ContentLength);
        Assert.NotNull(response.Headers.ETag);
    }

    [Theory]
    [InlineData(0, 9, 0, 10)]
    [InlineData(100, null, 100, null)]
    [InlineData(null, 20, -20, null)]
    public async Task A_range_is_answered_with_that_range(int? from, int? to, int start, int? end)
    {
        var (imageId, _) = await StoreAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Link(imageId)) { Headers = { Range = new RangeHeaderValue(from, to) } };

        using var response = await host.Service.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        var expected = Picture[(start < 0 ? Picture.Length + start : start)..(end ?? Picture.Length)];
        Assert.Equal(expected, await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused()
    {
        var (imageId, _) = await StoreAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Link(imageId));
        request.Headers.Range = new RangeHeaderValue(Picture.Length, null);

        using var response = await host.Service.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
    }

    [Fact]
    public async Task A_client_that_has_the_bytes_gets_none()
    {
        var (imageId, _) = await StoreAsync();
        using var first = await host.Service.Http.GetAsync(Link(imageId), Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Get, Link(imageId)) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };

        using var second = await host.Service.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task A_link_opens_for_anyone_until_it_expires()
    {
        var (imageId, _) = await StoreAsync();

        using var response = await host.Service.Http.GetAsync(Link(imageId, TimeSpan.FromSeconds(60)), Cancelled);

        Assert.Equal(Picture, await response.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.InRange(response.Headers.CacheControl!.MaxAge!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_link_that_has_expired_is_refused()
    {
        var (imageId, _) = await StoreAsync();

        await RefusedAsync(Link(imageId, TimeSpan.FromSeconds(-1)), HttpStatusCode.Forbidden, "E_LINK_EXPIRED");
    }

    [Fact]
    public async Task A_link_that_was_changed_is_refused()
    {
        var (imageId, _) = await StoreAsync();
        var link = Link(imageId).PathAndQuery;
        var later = TimeProvider.System.GetUtcNow().AddYears(1).ToUnixTimeSeconds();
        string[] forged =
        [
            link.Replace(imageId.ToString(), Guid.CreateVersion7().ToString(), StringComparison.Ordinal),
            System.Text.RegularExpressions.Regex.Replace(link, @"e=\d+", $"e={later}", default, TimeSpan.FromSeconds(1)),
            link[..^2],
            link.Split('?')[0],
            link.Split('?')[0] + $"?e={later}",
            link.Split('?')[0] + "?e=tomorrow&s=please",
            link.Split('?')[0] + $"?e={later}&s=%C3%A4%C3%B6%C3%BC",
            Link(imageId, key: "another key altogether").PathAndQuery,
        ];

        foreach (var path in forged)
            await RefusedAsync(new Uri(host.Service.Address, path), HttpStatusCode.Forbidden, "E_LINK_INVALID");
    }

    [Fact]
    public async Task A_link_to_a_picture_that_is_not_there_is_not_found() =>
        await RefusedAsync(Link(Guid.CreateVersion7()), HttpStatusCode.NotFound, "E_IMAGE_NOT_FOUND");

    [Theory]
    [InlineData("")]
    [InlineData("/content")]
    public async Task Internal_addresses_refuse_strangers_and_other_owners(string what)
    {
        var (imageId, ownerId) = await StoreAsync();

        using var strange = new HttpRequestMessage(HttpMethod.Get, $"/images/{imageId}{what}");
        strange.Headers.Add(InternalHeaders.Owner, ownerId.ToString());
        using var stranger = await host.Service.Http.SendAsync(strange, Cancelled);
        using var other = await host.CallAsync(Guid.CreateVersion7(), $"/images/{imageId}{what}");

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("E_AUTHENTICATION_FAILED", await ImageStoreHost.CodeOf(stranger));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal("E_IMAGE_NOT_FOUND", await ImageStoreHost.CodeOf(other));
    }

    [Fact]
    public async Task Bytes_that_are_lost_are_an_error_that_says_so()
    {
        var (stored, ownerId) = await host.StoreGridAsync(Pictures.Png(44, 44, seed: 77));
        var grid = stored.Images[0];
        File.Delete(host.Files().Single(file => Path.GetFileName(file) == grid.Sha256));

        using var whole = await host.CallAsync(ownerId, $"/images/{grid.ImageId}/content");
        using var part = await host.CallAsync(ownerId, $"/images/{stored.Images[1].ImageId}/content");

        Assert.Equal("E_IMAGE_LOST", await ImageStoreHost.CodeOf(whole));
        Assert.Equal("E_IMAGE_PART_FAILED", await ImageStoreHost.CodeOf(part));
    }

    private Uri Link(Guid imageId, TimeSpan? lasts = null, string key = ImageStoreHost.LinkKey) =>
        SignedLink.Create(host.Service.Address, key, imageId, TimeProvider.System.GetUtcNow() + (lasts ?? TimeSpan.FromHours(1)));

    private async Task<(Guid ImageId, Guid OwnerId)> StoreAsync()
    {
        var command = host.CommandFor(Picture);
        return (Assert.Single((await host.StoreAsync(command)).Images).ImageId, command.OwnerId);
    }

    private async Task RefusedAsync(Uri link, HttpStatusCode status, string code)
    {
        using var response = await host.Service.Http.GetAsync(link, Cancelled);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, await ImageStoreHost.CodeOf(response));
    }
}
