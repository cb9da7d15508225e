using Microsoft.Extensions.DependencyInjection;
using MjAspire.ServiceDefaults.Outbound;
using MjAspire.Testing;

namespace MjAspire.ServiceDefaults.Tests.Outbound;

public sealed class BoundedBodyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(16 * 1024, 16 * 1024, false)]
    [InlineData(16 * 1024 + 1, 16 * 1024, true)]
    public async Task Body_is_read_up_to_the_limit(int length, int read, bool isTruncated)
    {
        using var content = new ByteArrayContent(new byte[length]);

        var body = await BoundedBody.ReadAsync(content, 16 * 1024, Cancelled);

        Assert.Equal((read, isTruncated), (body.Bytes.Length, body.IsTruncated));
    }

    [Fact]
    public async Task Body_of_30_MB_is_left_on_the_wire_and_its_connection_closed()
    {
        using var receiver = new HugeAnswer();
        await using var services = new WatchedNetwork().Services("127.0.0.0/8");
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("outside");

        using (var response = await client.GetAsync(receiver.Url, HttpCompletionOption.ResponseHeadersRead, Cancelled))
        {
            var body = await BoundedBody.ReadAsync(response.Content, 16 * 1024, Cancelled);
            Assert.Equal((16 * 1024, true), (body.Bytes.Length, body.IsTruncated));
        }

        // What the kernel's buffers took is gone; the rest never left.
        Assert.InRange(await receiver.Sent.WaitAsync(Eventually.Patience, Cancelled), 1, HugeAnswer.Length / 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_stops_at_the_limit_whether_the_length_is_announced_or_not(bool isAnnounced)
    {
        using var content = new StreamContent(new MemoryStream(new byte[2000]));
        content.Headers.ContentLength = isAnnounced ? 2000 : null;
        using var destination = new MemoryStream();

        await Assert.ThrowsAsync<BodyTooLargeException>(() => BoundedBody.CopyAsync(content, destination, 1999, Cancelled));

        Assert.InRange(destination.Length, 0, 1999);
    }

    [Fact]
    public async Task Copy_returns_the_length_of_a_body_that_just_fits()
    {
        using var content = new StreamContent(new MemoryStream(new byte[2000]));
        using var destination = new MemoryStream();

        Assert.Equal(2000, await BoundedBody.CopyAsync(content, destination, 2000, Cancelled));
        Assert.Equal(2000, destination.Length);
    }
}
