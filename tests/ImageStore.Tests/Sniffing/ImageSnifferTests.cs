using System.Text;
using MjAspire.ImageStore.Sniffing;

namespace MjAspire.ImageStore.Tests.Sniffing;

public sealed class ImageSnifferTests
{
    public static TheoryData<string, string> Formats => new()
    {
        { ".png", "image/png" },
        { ".png[interlace,bitdepth=8]", "image/png" },
        { ".jpg", "image/jpeg" },
        { ".jpg[interlace]", "image/jpeg" },
        { ".webp", "image/webp" },
        { ".webp[lossless]", "image/webp" },
        { ".gif", "image/gif" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_picture_tells_its_type_and_size_by_its_bytes(string format, string mediaType)
    {
        var picture = await Pictures.ConvertAsync(Pictures.Png(37, 23), format);

        Assert.True(Try(picture, out var image, out _));
        Assert.Equal(new SniffedImage(mediaType, 37, 23), image);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_picture_is_refused_wherever_it_is_cut(string format, string _)
    {
        var picture = await Pictures.ConvertAsync(Pictures.Png(37, 23), format);

        Assert.All(Enumerable.Range(0, picture.Length), length => Assert.False(Try(picture[..length], out var _, out var _)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_picture_with_something_behind_it_is_refused(string format, string _)
    {
        var picture = await Pictures.ConvertAsync(Pictures.Png(37, 23), format);

        Assert.False(Try([.. picture, .. "<script>alert(1)</script>"u8], out var _, out var _));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Damage_is_an_answer_and_never_an_exception(string format, string _)
    {
        var picture = await Pictures.ConvertAsync(Pictures.Png(37, 23), format);
        var random = new Random(7);

        for (var round = 0; round < 2_000; round++)
        {
            var damaged = picture.ToArray();
            for (var hit = random.Next(1, 8); hit > 0; hit--)
                damaged[random.Next(Math.Min(damaged.Length, 200))] = (byte)random.Next(256);
            var isPicture = Try(damaged, out var image, out var problem);
            Assert.Equal(isPicture, problem.Length == 0);
            Assert.True(!isPicture || (image.Width > 0 && image.Height > 0));
        }
    }

    [Theory]
    [InlineData("<!doctype html><html><body>Sign in</body></html>")]
    [InlineData("\n  <html>")]
    [InlineData("\uFEFF<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("<svg onload=\"alert(1)\"/>")]
    public void Pages_and_drawings_are_called_what_they_are(string text)
    {
        Assert.False(Try(Encoding.UTF8.GetBytes(text), out var _, out var problem));
        Assert.Contains("a page or a drawing", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BM....................")]
    [InlineData("%PDF-1.7..............")]
    [InlineData("{\"error\":\"gone\"}")]
    public void Anything_else_is_no_picture(string text)
    {
        Assert.False(Try(Encoding.UTF8.GetBytes(text), out var _, out var problem));
        Assert.Equal("The bytes are not a PNG, JPEG, WebP or GIF picture.", problem);
    }

    [Fact]
    public void A_size_is_told_however_little_is_behind_it()
    {
        // The caller's limit on pixels decides; nothing is allocated for them here.
        Assert.True(Try(Pictures.PngOf(100_000, 100_000, [0]), out var image, out _));
        Assert.Equal(10_000_000_000, image.Pixels);
    }

    private static bool Try(byte[] bytes, out SniffedImage image, out string problem)
    {
        using var stream = new MemoryStream(bytes);
        return ImageSniffer.TrySniff(stream, out image, out problem);
    }
}
