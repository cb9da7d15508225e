using Microsoft.Extensions.Logging.Abstractions;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Checking;
using MjAspire.ImageStore.Imaging;
using Options = Microsoft.Extensions.Options.Options;

namespace MjAspire.ImageStore.Tests.Checking;

/// <summary>The other side of the hostile corpus: what honest programs write is taken.</summary>
public sealed class SoundPicturesTests
{
    [Theory]
    [InlineData(".png")]
    [InlineData(".png[interlace]")]
    [InlineData(".png[palette]")]
    [InlineData(".png[palette,bitdepth=1]")]
    [InlineData(".png[palette,bitdepth=2,interlace]")]
    [InlineData(".png[compression=0]")]
    [InlineData(".png[filter=all]")]
    [InlineData(".jpg")]
    [InlineData(".jpg[interlace]")]
    [InlineData(".jpg[optimize-coding,trellis-quant]")]
    [InlineData(".jpg[subsample-mode=off]")]
    [InlineData(".webp")]
    [InlineData(".webp[lossless]")]
    [InlineData(".gif")]
    [InlineData(".gif[interlace]")]
    public async Task A_sound_picture_is_taken(string format)
    {
        foreach (var (width, height) in new[] { (1, 1), (3, 2), (9, 17), (333, 250) })
        {
            var picture = await Pictures.ConvertAsync(Pictures.Png(width, height, seed: width), format);
            using var vips = new Vips(Options.Create(new ImagingOptions()), TimeProvider.System, NullLogger<Vips>.Instance);
            var check = new PictureCheck(vips, Options.Create(new CheckingOptions()), NullLogger<PictureCheck>.Instance);
            await using var draft = new Draft(Path.Combine(Path.GetTempPath(), Guid.CreateVersion7().ToString()));
            await draft.TryFillAsync(new MemoryStream(picture), picture.Length, TestContext.Current.CancellationToken);

            var (image, refused) = await check.CheckAsync(draft, TestContext.Current.CancellationToken);

            Assert.Null(refused);
            Assert.Equal((width, height), (image.Width, image.Height));
        }
    }
}
