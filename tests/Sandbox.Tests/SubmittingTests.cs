using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MjAspire.Sandbox.Tests;

public sealed class SubmittingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Imagine_becomes_a_grid_in_exactly_the_wire_format()
    {
        await using var provider = await Provider.StartAsync();
        var answer = await provider.PostAsync("/mj/submit/imagine", new { prompt = "a cat --ar 2:1", state = "job 1", notifyHook = "http://127.0.0.1:9/hook" });
        Assert.Equal(["code", "description", "result", "properties"], answer.Select(member => member.Key));

        var task = await provider.FinishedAsync((string)answer["result"]!);
        Assert.Equal(
            ["id", "action", "status", "prompt", "promptEn", "description", "state", "submitTime", "startTime", "finishTime", "progress", "imageUrl",
             "failReason", "properties", "parentId", "botType", "mode", "seed", "thumbnailUrl", "imageUrls", "width", "height", "videoUrls", "buttons"],
            task.Select(member => member.Key));
        Assert.Equal(("IMAGINE", "100%", "job 1", "/imagine a cat --ar 2:1", "MID_JOURNEY", "FAST"),
            ((string?)task["action"], (string?)task["progress"], (string?)task["state"], (string?)task["description"], (string?)task["botType"], (string?)task["mode"]));
        Assert.Equal(("a cat --ar 2:1", "http://127.0.0.1:9/hook"),
            ((string?)task["properties"]!["finalPrompt"], (string?)task["properties"]!["notifyHook"]));
        Assert.Equal((64, 32), ((int)task["width"]!, (int)task["height"]!));
        Assert.InRange((long)task["finishTime"]!, (long)task["startTime"]!, long.MaxValue);
        Assert.Matches("^[0-9]{16}$", (string)task["id"]!);

        var buttons = task["buttons"]!.AsArray();
        Assert.Equal(["U1", "U2", "U3", "U4", "", "V1", "V2", "V3", "V4"], buttons.Select(button => (string)button!["label"]!));
        Assert.Matches("^MJ::JOB::upsample::2::[0-9a-f-]{36}$", (string)buttons[1]!["customId"]!);
        Assert.Matches("^MJ::JOB::reroll::0::[0-9a-f-]{36}::SOLO$", (string)buttons[4]!["customId"]!);
        Assert.Equal(["customId", "emoji", "label", "style", "type"], buttons[0]!.AsObject().Select(member => member.Key));

        var png = await provider.PictureAsync(task);
        Assert.Equal((64, 32), (png.Width, png.Height));
    }

    [Theory]
    [InlineData("U2", "UPSCALE")]
    [InlineData("V4", "VARIATION")]
    [InlineData("🔄", "REROLL")]
    public async Task Button_becomes_a_follow_up_task(string label, string action)
    {
        await using var provider = await Provider.StartAsync();
        var parent = await provider.FinishedAsync(await provider.ImagineAsync("a cat"));
        var child = await provider.FinishedAsync((string)(await provider.PressAsync(parent, label))["result"]!);

        Assert.Equal((action, (string)parent["id"]!, "a cat"), ((string)child["action"]!, (string)child["parentId"]!, (string)child["prompt"]!));
        Assert.Equal(action == "UPSCALE" ? 12 : 9, child["buttons"]!.AsArray().Count);
        Assert.Equal((64, 64), ((int)child["width"]!, (int)child["height"]!));
        Assert.NotEqual((await provider.PictureAsync(parent)).Rgb, (await provider.PictureAsync(child)).Rgb);
    }

    [Fact]
    public async Task Follow_up_is_refused_when_the_parent_has_no_such_button_or_is_unknown_or_unfinished()
    {
        await using var provider = await Provider.StartAsync(delayMs: 60_000);
        var id = await provider.ImagineAsync("a cat");
        Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/action", new { taskId = id, customId = "MJ::JOB::upsample::1::x" }))["code"]!);

        await using var quick = await Provider.StartAsync();
        var parent = await quick.FinishedAsync(await quick.ImagineAsync("a cat"));
        var foreign = await quick.FinishedAsync(await quick.ImagineAsync("a dog"));
        foreach (var customId in new[] { "MJ::JOB::upsample::5::x", "nonsense", "", (string)foreign["buttons"]![0]!["customId"]! })
            Assert.Equal(4, (int)(await quick.PostAsync("/mj/submit/action", new { taskId = (string)parent["id"]!, customId }))["code"]!);

        using var unknown = await quick.Http.PostAsJsonAsync("/mj/submit/action", new { taskId = "1", customId = "MJ::JOB::upsample::1::x" }, Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, 3), (unknown.StatusCode, (int)(await unknown.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["code"]!));
    }

    [Fact]
    public async Task Submit_is_refused_with_code_4_when_it_makes_no_sense()
    {
        await using var provider = await Provider.StartAsync();
        object[] senseless =
        [
            new { prompt = "" }, new { prompt = "   " }, new { state = "no prompt" }, new { prompt = "a cat --ar x" },
            new { prompt = "a cat", state = new string('x', 256) }, new { prompt = new string('x', 10_001) }, new { prompt = "a cat", notifyHook = "not a url" },
            new { prompt = "a cat", notifyHook = "file:///etc/passwd" }, new { prompt = "a cat", notifyHook = $"http://h/{new string('x', 2000)}" },
        ];
        foreach (var body in senseless)
        {
            var answer = await provider.PostAsync("/mj/submit/imagine", body);
            Assert.Equal((4, null), ((int)answer["code"]!, (string?)answer["result"]));
        }
    }

    [Theory]
    [InlineData("/mj", "FAST")]
    [InlineData("/mj-fast/mj", "FAST")]
    [InlineData("/mj-turbo/mj", "TURBO")]
    [InlineData("/mj-relax/mj", "RELAX")]
    public async Task Speed_is_taken_from_the_address(string prefix, string mode)
    {
        await using var provider = await Provider.StartAsync();
        var id = (string)(await provider.PostAsync($"{prefix}/submit/imagine", new { prompt = "a cat" }))["result"]!;
        Assert.Equal(mode, (string)(await provider.FetchAsync(id))["mode"]!);
    }

    [Fact]
    public async Task Secret_is_asked_for_everywhere_but_at_pictures()
    {
        await using var provider = await Provider.StartAsync(secret: "the secret");
        using var refused = await provider.Http.PostAsJsonAsync("/mj/submit/imagine", new { prompt = "a cat" }, Cancellation);
        Assert.Equal((HttpStatusCode.Unauthorized, "text/plain"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.Equal(HttpStatusCode.Unauthorized, (await provider.Http.GetAsync("/mj/task/1/fetch", Cancellation)).StatusCode);

        provider.Http.DefaultRequestHeaders.Add("mj-api-secret", "the secret");
        var task = await provider.FinishedAsync(await provider.ImagineAsync("a cat"));
        provider.Http.DefaultRequestHeaders.Clear();
        Assert.Equal(64, (await provider.PictureAsync(task)).Width);
    }

    [Fact]
    public async Task Picture_address_is_the_public_one_when_that_is_set()
    {
        await using var provider = await Provider.StartAsync(publicUrl: "https://pictures.example");
        var task = await provider.FinishedAsync(await provider.ImagineAsync("a cat"));
        Assert.Equal($"https://pictures.example/mj/image/{task["id"]}.png", (string)task["imageUrl"]!);
    }

    [Fact]
    public async Task Queries_answer_what_is_known()
    {
        await using var provider = await Provider.StartAsync();
        var first = await provider.FinishedAsync(await provider.ImagineAsync("a cat --seed 42"));
        var second = await provider.FinishedAsync(await provider.ImagineAsync("a dog"));

        using var unknown = await provider.Http.GetAsync("/mj/task/1/fetch", Cancellation);
        Assert.Equal((HttpStatusCode.NoContent, ""), (unknown.StatusCode, await unknown.Content.ReadAsStringAsync(Cancellation)));
        using var picture = await provider.Http.GetAsync("/mj/image/1.png", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, picture.StatusCode);

        var seed = (await provider.Http.GetFromJsonAsync<JsonObject>($"/mj/task/{first["id"]}/image-seed", Cancellation))!;
        Assert.Equal((1, "42"), ((int)seed["code"]!, (string)seed["result"]!));

        using var list = await provider.Http.PostAsJsonAsync("/mj/task/list-by-condition", new { ids = new[] { (string)second["id"]!, "1", (string)first["id"]! } }, Cancellation);
        var tasks = (await list.Content.ReadFromJsonAsync<JsonArray>(Cancellation))!;
        Assert.Equal([(string)second["id"]!, (string)first["id"]!], tasks.Select(task => (string)task!["id"]!));
    }
}
