using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MjAspire.Contracts.Images;

namespace MjAspire.ImageStore.Tests.Receiving;

public sealed class ReceivingTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_that_is_uploaded_is_stored_with_what_is_known_of_it()
    {
        var (owner, job, picture) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Pictures.Png(50, 40, seed: 41));
        var metadata = JsonSerializer.Serialize(
            new { prompt = "Leuchtturm am Kliff – 灯台", model = "flux-schnell", operation = "imagine", seed = 7_000_000_000, layout = "whole" });

        using var response = await host.UploadAsync(owner, job, new ByteArrayContent(picture), metadata, index: "2");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var image = Assert.Single((await JsonAsync(response)).GetProperty("images").EnumerateArray());
        Assert.Equal($"/images/{image.GetProperty("image_id").GetGuid()}", response.Headers.Location?.OriginalString);
        Assert.Equal("Leuchtturm am Kliff – 灯台", image.GetProperty("prompt").GetString());
        Assert.Equal(7_000_000_000, image.GetProperty("seed").GetInt64());
        Assert.Equal("image/png", image.GetProperty("media_type").GetString());
        using var content = await host.CallAsync(owner, $"{response.Headers.Location}/content");
        Assert.Equal(picture, await content.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task An_upload_that_comes_again_finds_its_picture()
    {
        var (owner, job) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var picture = Pictures.Png(50, 50, seed: 42);
        const string Grid = """{"operation":"imagine","layout":"grid"}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var response = await host.UploadAsync(owner, job, new ByteArrayContent(picture), Grid);
            return (response.StatusCode, Ids: string.Join(' ', Ids(await JsonAsync(response))));
        }));
        using var other = await host.UploadAsync(owner, job, new ByteArrayContent(Pictures.Png(10, 10)), index: "1");
        using var last = await host.UploadAsync(owner, job, new ByteArrayContent(picture), Grid);

        Assert.Single(answers.Select(answer => answer.Ids).Distinct(StringComparer.Ordinal));
        Assert.Equal(5, answers[0].Ids.Split(' ').Length);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.Created, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        Assert.Equal(answers[0].Ids, string.Join(' ', Ids(await JsonAsync(last))));
    }

    [Fact]
    public async Task A_picture_that_is_there_stands_whatever_comes_again_in_its_place()
    {
        var (owner, job) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var first = await host.UploadAsync(owner, job, new ByteArrayContent(Pictures.Png(30, 30, seed: 43)));

        using var broken = await host.UploadAsync(owner, job, new ByteArrayContent("no picture"u8.ToArray()));
        using var another = await host.UploadAsync(owner, job, new ByteArrayContent(Pictures.Png(30, 30, seed: 44)));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (broken.StatusCode, another.StatusCode));
        var ids = Ids(await JsonAsync(first)).ToArray();
        Assert.Equal(ids, Ids(await JsonAsync(broken)));
        Assert.Equal(ids, Ids(await JsonAsync(another)));
    }

    [Fact]
    public async Task Another_owners_job_is_not_told_of()
    {
        var (owner, job) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var first = await host.UploadAsync(owner, job, new ByteArrayContent(Pictures.Png(20, 20)));

        using var stranger = await host.UploadAsync(Guid.CreateVersion7(), job, new ByteArrayContent(Pictures.Png(20, 20)));

        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        Assert.Equal("E_JOB_NOT_FOUND", await ImageStoreHost.CodeOf(stranger));
    }

    [Fact]
    public async Task Bytes_that_are_no_picture_are_refused_as_from_a_link()
    {
        var before = host.Files().Length;

        await RefusedAsync(new ByteArrayContent("<svg/>"u8.ToArray()), HttpStatusCode.UnprocessableEntity, "E_IMAGE_INVALID");
        await RefusedAsync(new ByteArrayContent([]), HttpStatusCode.UnprocessableEntity, "E_IMAGE_INVALID");
        await RefusedAsync(new ByteArrayContent(Pictures.PngOf(100_000, 100_000, [0])), HttpStatusCode.RequestEntityTooLarge, "E_IMAGE_TOO_LARGE");
        await RefusedAsync(new ByteArrayContent(new byte[4_000_001]), HttpStatusCode.RequestEntityTooLarge, "E_IMAGE_TOO_LARGE");
        await RefusedAsync(new StreamContent(new Endless()), HttpStatusCode.RequestEntityTooLarge, "E_IMAGE_TOO_LARGE");

        Assert.Equal(before, host.Files().Length);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("{}", null)]
    [InlineData("[]", null)]
    [InlineData("imagine", null)]
    [InlineData("""{"operation":"imagine"}""", "16")]
    [InlineData("""{"operation":"imagine"}""", "-1")]
    public async Task An_upload_that_does_not_say_which_picture_it_is_is_refused(string? metadata, string? index)
    {
        using var response = await host.UploadAsync(
            Guid.CreateVersion7(), Guid.CreateVersion7(), new ByteArrayContent(Pictures.Png(20, 20)), metadata, index);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(ImageUpload.Metadata, (await JsonAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_longest_prompt_of_characters_that_must_be_escaped_is_taken()
    {
        var metadata = JsonSerializer.Serialize(new { operation = "imagine", prompt = new string('灯', 8_192) });

        using var response = await host.UploadAsync(Guid.CreateVersion7(), Guid.CreateVersion7(), new ByteArrayContent(Pictures.Png(20, 20)), metadata);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private async Task RefusedAsync(HttpContent body, HttpStatusCode status, string code)
    {
        using var response = await host.UploadAsync(Guid.CreateVersion7(), Guid.CreateVersion7(), body);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, await ImageStoreHost.CodeOf(response));
    }

    private static Task<JsonElement> JsonAsync(HttpResponseMessage response) => response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);

    private static IEnumerable<Guid> Ids(JsonElement received) =>
        received.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("image_id").GetGuid());

    /// <summary>8 MB of nothing, without a length.</summary>
    private sealed class Endless : MemoryStream
    {
        private int _left = 8_000_000;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = Math.Min(buffer.Length, _left);
            _left -= read;
            return ValueTask.FromResult(read);
        }
    }
}
