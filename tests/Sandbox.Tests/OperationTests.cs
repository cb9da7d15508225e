using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.Sandbox.Tests;

public sealed class OperationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PORTRAIT", 42, 64)]
    [InlineData("SQUARE", 64, 64)]
    [InlineData("LANDSCAPE", 64, 42)]
    public async Task Blend_of_pictures_is_a_grid_of_the_asked_dimensions(string dimensions, int width, int height)
    {
        await using var provider = await Provider.StartAsync();
        var task = await provider.FinishedAsync(Provider.Taken(
            await provider.PostAsync("/mj/submit/blend", new { base64Array = new[] { Provider.DataUrl(1), Provider.DataUrl(2) }, dimensions })));
        var png = await provider.PictureAsync(task);
        Assert.Equal(("BLEND", 9, width, height), ((string)task["action"]!, task["buttons"]!.AsArray().Count, png.Width, png.Height));
    }

    [Fact]
    public async Task Description_is_four_numbered_paragraphs_and_no_picture()
    {
        await using var provider = await Provider.StartAsync();
        var task = await provider.FinishedAsync(Provider.Taken(await provider.PostAsync("/mj/submit/describe", new { base64 = Provider.DataUrl() })));
        Assert.Equal(("DESCRIBE", null, 0), ((string)task["action"]!, (string?)task["imageUrl"], task["buttons"]!.AsArray().Count));

        var paragraphs = ((string)task["properties"]!["finalPrompt"]!).Split("\n\n");
        Assert.Equal(["1️⃣ ", "2️⃣ ", "3️⃣ ", "4️⃣ "], paragraphs.Select(text => text[..4]));
        Assert.Equal(4, paragraphs.Distinct().Count());

        await provider.FinishedAsync(Provider.Taken(await provider.PostAsync("/mj/submit/describe", new { link = "https://example.org/a.png" })));
    }

    [Fact]
    public async Task Shortened_prompts_become_shorter_and_shorter()
    {
        await using var provider = await Provider.StartAsync();
        var task = await provider.FinishedAsync(Provider.Taken(await provider.PostAsync("/mj/submit/shorten", new { prompt = "one two three four five six" })));
        var lengths = ((string)task["properties"]!["finalPrompt"]!).Split("\n\n").Select(text => text.Length).ToList();
        Assert.Equal(("SHORTEN", 5), ((string)task["action"]!, lengths.Count));
        Assert.Equal(lengths.OrderDescending(), lengths);
    }

    [Fact]
    public async Task Edit_of_a_picture_is_a_grid()
    {
        await using var provider = await Provider.StartAsync();
        foreach (var image in new[] { Provider.DataUrl(), "https://example.org/a.png" })
        {
            var task = await provider.FinishedAsync(Provider.Taken(await provider.PostAsync("/mj/submit/edits", new { prompt = "make it snow", image })));
            Assert.Equal(("EDIT", 9), ((string)task["action"]!, task["buttons"]!.AsArray().Count));
        }
    }

    [Theory]
    [InlineData("Upscale (Subtle)", "UPSCALE_HD", 128, 10)]
    [InlineData("Upscale (Creative)", "UPSCALE_HD", 128, 10)]
    [InlineData("Vary (Subtle)", "VARIATION", 64, 9)]
    [InlineData("Vary (Strong)", "VARIATION", 64, 9)]
    [InlineData("Zoom Out 2x", "ZOOM", 64, 9)]
    [InlineData("Zoom Out 1.5x", "ZOOM", 64, 9)]
    [InlineData("⬅️", "PAN", 64, 9)]
    [InlineData("➡️", "PAN", 64, 9)]
    [InlineData("⬆️", "PAN", 64, 9)]
    [InlineData("⬇️", "PAN", 64, 9)]
    public async Task Single_picture_goes_on_by_its_buttons(string button, string action, int width, int buttons)
    {
        await using var provider = await Provider.StartAsync();
        var parent = await provider.UpscaledAsync("a cat");
        var child = await provider.FinishedAsync(Provider.Taken(await provider.PressAsync(parent, button)));
        var png = await provider.PictureAsync(child);
        Assert.Equal((action, buttons, width), ((string)child["action"]!, child["buttons"]!.AsArray().Count, png.Width));
        Assert.NotEqual((await provider.PictureAsync(parent)).Rgb, png.Rgb);
    }

    [Fact]
    public async Task Buttons_of_a_single_picture_are_named_as_the_relays_name_them()
    {
        await using var provider = await Provider.StartAsync();
        var ids = (await provider.UpscaledAsync("a cat"))["buttons"]!.AsArray().Select(button => (string)button!["customId"]!).ToList();
        string[] expected =
        [
            "MJ::JOB::upsample_v7_2x_subtle::1::*::SOLO", "MJ::JOB::upsample_v7_2x_creative::1::*::SOLO",
            "MJ::JOB::low_variation::1::*::SOLO", "MJ::JOB::high_variation::1::*::SOLO", "MJ::Inpaint::1::*::SOLO",
            "MJ::Outpaint::50::1::*::SOLO", "MJ::Outpaint::75::1::*::SOLO", "MJ::CustomZoom::*",
            "MJ::JOB::pan_left::1::*::SOLO", "MJ::JOB::pan_right::1::*::SOLO", "MJ::JOB::pan_up::1::*::SOLO", "MJ::JOB::pan_down::1::*::SOLO",
        ];
        Assert.Equal(expected, ids.Select(id => string.Join("::", id.Split("::").Select(part => Guid.TryParse(part, out _) ? "*" : part))));
    }

    [Theory]
    [InlineData("Vary (Region)", "VARIATION")]
    [InlineData("Custom Zoom", "ZOOM")]
    public async Task Window_waits_until_it_is_answered_and_goes_on_once(string button, string action)
    {
        await using var provider = await Provider.StartAsync();
        var answer = await provider.PressAsync(await provider.UpscaledAsync("a cat"), button, state: "job 1");
        Assert.Equal((21, "a cat", true), ((int)answer["code"]!, (string)answer["properties"]!["finalPrompt"]!, (bool)answer["properties"]!["remix"]!));
        var id = (string)answer["result"]!;
        Assert.Equal("MODAL", (string)(await provider.FetchAsync(id))["status"]!);
        Assert.Empty(await provider.PurchasesAsync("job 1"));

        foreach (var senseless in new object[] { new { taskId = id }, new { taskId = id, prompt = "a hat", maskBase64 = "nonsense" } })
            Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/modal", senseless))["code"]!);

        var modal = new { taskId = id, prompt = "a hat --zoom 1.5", maskBase64 = Provider.DataUrl() };
        Assert.Equal(id, Provider.Taken(await provider.PostAsync("/mj/submit/modal", modal)));
        var task = await provider.FinishedAsync(id);
        Assert.Equal((action, "a hat --zoom 1.5", "job 1", 9),
            ((string)task["action"]!, (string)task["prompt"]!, (string)task["state"]!, task["buttons"]!.AsArray().Count));
        Assert.Equal("a hat", (await provider.PictureAsync(task)).Description);

        Assert.Equal(21, (int)(await provider.PostAsync("/mj/submit/modal", modal))["code"]!);
        Assert.Equal([id], await provider.PurchasesAsync("job 1"));
    }

    [Fact]
    public async Task Pictures_that_are_none_are_refused_with_code_4()
    {
        await using var provider = await Provider.StartAsync();
        var page = $"data:image/png;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes("<html>this is not a picture</html>"))}";
        var truncated = Provider.DataUrl()[..^3];
        foreach (var image in new[] { "", "https://example.org/a.png", "data:text/plain;base64,aGVsbG8gaGVsbG8gaGVsbG8=", "data:image/png;base64,%%%%", page, truncated })
        {
            var two = new[] { Provider.DataUrl(), image };
            Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/imagine", new { prompt = "a cat", base64Array = two }))["code"]!);
            Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/blend", new { base64Array = two, dimensions = "SQUARE" }))["code"]!);
            Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/describe", new { base64 = image }))["code"]!);
        }
        Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/blend", new { base64Array = new[] { Provider.DataUrl() } }))["code"]!);
        Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/edits", new { prompt = "a cat", image = "a.png" }))["code"]!);
        Assert.Empty(await provider.PurchasesAsync());
        Provider.Taken(await provider.PostAsync("/mj/submit/imagine", new { prompt = "a cat", base64Array = new[] { Provider.DataUrl() } }));
    }

    [Fact]
    public async Task Four_pictures_are_given_out_one_by_one_when_that_is_set()
    {
        await using var provider = await Provider.StartAsync(fourPictures: true);
        var task = await provider.FinishedAsync(await provider.ImagineAsync("a cat"));
        var addresses = task["imageUrls"]!.AsArray().Select(image => (string)image!["url"]!).ToList();
        Assert.Equal((4, (string)task["imageUrl"]!), (addresses.Distinct().Count(), addresses[0]));
        foreach (var address in addresses)
        {
            var png = Png.Read(await provider.Http.GetByteArrayAsync(address, Cancellation));
            Assert.Equal(((int)task["width"]!, 32, 32), (32, png.Width, png.Height));
        }
        var single = await provider.FinishedAsync(Provider.Taken(await provider.PressAsync(task, "U1")));
        Assert.Empty(single["imageUrls"]!.AsArray());
    }

    [Fact]
    public async Task Cancelled_task_fails_whether_it_runs_or_waits_and_a_finished_one_stays_as_it_is()
    {
        await using var provider = await Provider.StartAsync(delayMs: 60_000);
        await using var hook = await HookReceiver.StartAsync();
        foreach (var prompt in new[] { "a cat", "a dog --fault modal" })
        {
            var id = await provider.ImagineAsync(prompt, hook.Url);
            await CancelAsync(provider, id);
            var task = await provider.SeenAsync(id, "FAILURE");
            Assert.Equal(("", "Task cancelled", null), ((string)task["progress"]!, (string)task["failReason"]!, (string?)task["imageUrl"]));
            await Eventually.TrueAsync(() => hook.Calls.Any(call => (string)call.Task["id"]! == id && (string)call.Task["status"]! == "FAILURE"), "the hook to hear of it");
        }

        await using var quick = await Provider.StartAsync();
        var waiting = (string)(await quick.PressAsync(await quick.UpscaledAsync("a cat"), "Vary (Region)"))["result"]!;
        await CancelAsync(quick, waiting);
        await quick.SeenAsync(waiting, "FAILURE");
        var done = await quick.FinishedAsync(await quick.ImagineAsync("a cat"));
        await CancelAsync(quick, (string)done["id"]!);
        await CancelAsync(quick, "1");
        Assert.True(JsonNode.DeepEquals(done, await quick.FetchAsync((string)done["id"]!)));
    }

    private static async Task CancelAsync(Provider provider, string id)
    {
        using var response = await provider.Http.PostAsync(new Uri($"/mj/task/{id}/cancel", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
