using MjAspire.Contracts.Images;

namespace MjAspire.ImageStore.Tests.Fetching;

public sealed class FetchingTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    private static readonly byte[] Picture = Pictures.Png(120, 90);

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_dead_link_is_gone_at_once(int status)
    {
        var link = host.Outside.Link(status);

        await FailsAsync(link, "E_IMAGE_GONE");
        Assert.Equal(1, host.Outside.VisitsTo(link));
    }

    [Theory]
    [InlineData("<!doctype html><title>Sign in</title>", "image/png")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/svg+xml")]
    [InlineData("", "image/png")]
    public async Task A_page_that_poses_as_a_picture_is_invalid(string body, string contentType) =>
        await FailsAsync(host.Outside.Link(System.Text.Encoding.UTF8.GetBytes(body), contentType), "E_IMAGE_INVALID");

    [Fact]
    public async Task A_picture_cut_short_by_its_server_is_invalid() =>
        await FailsAsync(host.Outside.Link(Picture[..^100], "image/png"), "E_IMAGE_INVALID");

    [Fact]
    public async Task A_strip_one_pixel_high_is_no_grid() =>
        await FailsAsync(host.Outside.Link(Pictures.Png(100, 1)), "E_IMAGE_INVALID", ImageLayout.Grid);

    [Fact]
    public async Task A_file_that_says_it_is_too_large_is_not_read() =>
        await FailsAsync(
            host.Outside.Link(async context =>
            {
                context.Response.ContentLength = 4_000_001;
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            }),
            "E_IMAGE_TOO_LARGE");

    [Fact]
    public async Task A_file_that_never_ends_is_read_to_the_limit_only() =>
        await FailsAsync(
            host.Outside.Link(async context =>
            {
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(Picture, context.RequestAborted);
            }),
            "E_IMAGE_TOO_LARGE");

    [Fact]
    public async Task A_small_file_of_too_many_pixels_is_too_large() =>
        await FailsAsync(host.Outside.Link(Pictures.PngOf(100_000, 100_000, [0])), "E_IMAGE_TOO_LARGE");

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::1]/picture.png")]
    [InlineData("http://10.0.0.1/picture.png")]
    [InlineData("http://user:password@127.0.0.1/picture.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("picture.png")]
    [InlineData("")]
    public async Task A_link_that_leads_inside_is_refused(string link) => await FailsAsync(link, "E_IMAGE_ADDRESS_REFUSED");

    [Theory]
    [InlineData("http://192.168.0.1/picture.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//")]
    public async Task A_redirect_that_leads_inside_is_refused(string target) =>
        await FailsAsync(Redirect(target), "E_IMAGE_ADDRESS_REFUSED");

    [Fact]
    public async Task A_redirect_without_end_is_refused()
    {
        var link = host.Outside.Link(context =>
        {
            context.Response.Redirect(context.Request.Path + context.Request.QueryString);
            return Task.CompletedTask;
        });

        await FailsAsync(link, "E_IMAGE_ADDRESS_REFUSED");
        Assert.Equal(4, host.Outside.VisitsTo(link));
    }

    [Fact]
    public async Task A_redirect_to_the_picture_is_followed() =>
        await StoresAsync(Redirect(new Uri(host.Outside.Link(Picture)).PathAndQuery));

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_server_that_recovers_is_asked_again(int status)
    {
        var asked = 0;
        await StoresAsync(host.Outside.Link(async context =>
        {
            if (Interlocked.Increment(ref asked) < 3)
                context.Response.StatusCode = status;
            else
                await context.Response.Body.WriteAsync(Picture);
        }));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_server_that_asks_for_time_is_given_it()
    {
        var asked = new List<DateTimeOffset>();
        await StoresAsync(host.Outside.Link(async context =>
        {
            asked.Add(TimeProvider.System.GetUtcNow());
            context.Response.Headers.RetryAfter = "1";
            if (asked.Count < 2)
                context.Response.StatusCode = 503;
            else
                await context.Response.Body.WriteAsync(Picture);
        }));
        Assert.True(asked[1] - asked[0] >= TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task A_transfer_that_breaks_off_is_begun_again()
    {
        var asked = 0;
        await StoresAsync(host.Outside.Link(async context =>
        {
            context.Response.ContentLength = Picture.Length;
            if (Interlocked.Increment(ref asked) == 1)
            {
                await context.Response.Body.WriteAsync(Picture.AsMemory(..1_000));
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            }
            await context.Response.Body.WriteAsync(Picture);
        }));
    }

    [Fact]
    public async Task A_server_that_stays_broken_is_unreachable_after_the_last_attempt()
    {
        var link = host.Outside.Link(502);

        var failed = await FailsAsync(link, "E_IMAGE_UNREACHABLE");

        Assert.Equal(3, host.Outside.VisitsTo(link));
        Assert.Contains("502", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_listen_is_unreachable() =>
        await FailsAsync("http://127.0.0.1:1/picture.png?token=secret", "E_IMAGE_UNREACHABLE");

    [Fact]
    public async Task A_server_that_trickles_is_unreachable() =>
        await FailsAsync(
            host.Outside.Link(async context =>
            {
                await context.Response.Body.WriteAsync(Picture.AsMemory(..100));
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            }),
            "E_IMAGE_UNREACHABLE");

    private string Redirect(string target) => host.Outside.Link(context =>
    {
        context.Response.Redirect(target);
        return Task.CompletedTask;
    });

    private async Task StoresAsync(string link)
    {
        var stored = await host.StoreAsync(ImageStoreHost.Command(new ImageSource(link, ImageLayout.Whole)));
        Assert.Equal(Picture.Length, Assert.Single(stored.Images).Bytes);
    }

    /// <summary>The reason is for people and shows nothing of the link; nothing of the file stays.</summary>
    private async Task<ImagesFailed> FailsAsync(string link, string code, ImageLayout layout = ImageLayout.Whole)
    {
        var command = ImageStoreHost.Command(new ImageSource(link, layout));
        var failed = await host.FailAsync(command);

        Assert.Equal(code, failed.Code);
        Assert.Equal(command.OwnerId, failed.OwnerId);
        Assert.DoesNotContain("secret", failed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", failed.Reason, StringComparison.Ordinal);
        return failed;
    }
}
