using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MjAspire.Contracts.Images;
using MjAspire.Testing;

namespace MjAspire.ImageStore.Tests.Storing;

public sealed class StoreImagesTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    [Fact]
    public async Task A_picture_is_stored_with_what_is_known_of_it()
    {
        var picture = Pictures.Png(40, 30);
        var command = host.CommandFor(picture, contentType: "text/html") with { ParentImageId = Guid.CreateVersion7() };

        var image = Assert.Single((await host.StoreAsync(command)).Images);

        Assert.Equal(new StoredImage(image.ImageId, command.ParentImageId, null, "image/png", 40, 30, picture.Length, image.Sha256), image);
        using var response = await host.CallAsync(command.OwnerId, $"/images/{image.ImageId}");
        var metadata = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(command.JobId, metadata.GetProperty("job_id").GetGuid());
        Assert.Equal("a lighthouse at dawn", metadata.GetProperty("prompt").GetString());
        Assert.Equal("sandbox", metadata.GetProperty("model").GetString());
        Assert.Equal("imagine", metadata.GetProperty("operation").GetString());
        Assert.Equal(image.Sha256, metadata.GetProperty("sha256").GetString());
        Assert.Equal(JsonValueKind.Null, metadata.GetProperty("crop").ValueKind);
    }

    [Fact]
    public async Task A_grid_is_told_before_its_four_parts()
    {
        var (stored, _) = await host.StoreGridAsync(Pictures.Png(101, 80));

        Assert.Equal([null, 1, 2, 3, 4], stored.Images.Select(image => image.Index));
        Assert.Equal([(101, 80), (50, 40), (51, 40), (50, 40), (51, 40)], stored.Images.Select(image => (image.Width, image.Height)));
        Assert.All(stored.Images.Skip(1), part => Assert.Equal(
            part with { ParentImageId = stored.Images[0].ImageId, MediaType = "image/png", Bytes = null, Sha256 = null }, part));
    }

    [Fact]
    public async Task A_command_that_comes_again_says_the_same_again_and_fetches_nothing()
    {
        var link = host.Outside.Link(Pictures.Png(64, 64));
        var command = ImageStoreHost.Command(new ImageSource(link, ImageLayout.Grid));

        await host.StoreAsync(command);
        await host.SendAsync(command);
        var heard = await host.HearAsync(command.JobId, count: 2);

        Assert.Equal(JsonSerializer.Serialize(heard[0]), JsonSerializer.Serialize(heard[1]));
        Assert.Equal(1, host.Outside.VisitsTo(link));
    }

    [Fact]
    public async Task Commands_that_come_at_once_agree_on_the_pictures()
    {
        const int Times = 6;
        var command = ImageStoreHost.Command(
            new ImageSource(host.Outside.Link(Pictures.Png(64, 64, seed: 2)), ImageLayout.Grid),
            new ImageSource(host.Outside.Link(Pictures.Png(32, 32, seed: 3)), ImageLayout.Whole));

        await Task.WhenAll(Enumerable.Range(0, Times).Select(_ => host.SendAsync(command)));
        var heard = await host.HearAsync(command.JobId, Times);

        Assert.Single(heard.Select(stored => JsonSerializer.Serialize(stored)).Distinct(StringComparer.Ordinal));
        Assert.Equal(6, Assert.IsType<ImagesStored>(heard[0]).Images.Count);
    }

    [Fact]
    public async Task Two_jobs_with_the_same_bytes_have_pictures_of_their_own()
    {
        var picture = Pictures.Png(20, 20, seed: 4);
        var (first, second) = (host.CommandFor(picture), host.CommandFor(picture));

        var one = Assert.Single((await host.StoreAsync(first)).Images);
        var other = Assert.Single((await host.StoreAsync(second)).Images);

        Assert.NotEqual(one.ImageId, other.ImageId);
        Assert.Equal(one.Sha256, other.Sha256);
        Assert.Equal(HttpStatusCode.NotFound, (await host.CallAsync(first.OwnerId, $"/images/{other.ImageId}")).StatusCode);
    }

    [Fact]
    public async Task What_is_done_for_a_command_is_part_of_its_trace()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MjAspire.ImageStore" or "MassTransit" or nameof(StoreImagesTests),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(StoreImagesTests));

        ActivityTraceId trace;
        using (var request = source.StartActivity("someone asks"))
        {
            trace = request!.TraceId;
            await host.StoreAsync(host.CommandFor(Pictures.Png(16, 16)));
        }

        var steps = spans.Where(span => span.TraceId == trace && span.Source.Name == "MjAspire.ImageStore").ToArray();
        Assert.Equal(["fetch image", "store blob"], steps.Select(span => span.OperationName));
        var parent = Assert.Single(steps.Select(step => step.ParentSpanId).Distinct());
        await Eventually.TrueAsync(
            () => spans.Any(span => span.SpanId == parent && span.Source.Name == "MassTransit" && span.Kind == ActivityKind.Consumer),
            "the consumer's span");
        var told = string.Join(' ', steps.SelectMany(step => step.TagObjects).Select(tag => tag.Value));
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public async Task A_number_of_pictures_no_job_has_is_refused(int count)
    {
        var sources = Enumerable.Repeat(new ImageSource(host.Outside.Link(404), ImageLayout.Whole), count).ToArray();

        Assert.Equal("E_IMAGE_INVALID", (await host.FailAsync(ImageStoreHost.Command(sources))).Code);
    }
}
