using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MjAspire.Sandbox.Tests;

public sealed class ChangeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Task_of_the_change_dialect_has_no_buttons_nor_anything_else_of_the_other()
    {
        await using var provider = await Provider.StartAsync(dialect: "change");
        await using var hook = await HookReceiver.StartAsync();
        var task = await provider.FinishedAsync(await provider.ImagineAsync("a cat", hook.Url));
        string[] common =
        [
            "id", "action", "status", "prompt", "promptEn", "description", "state", "submitTime", "startTime", "finishTime", "progress", "imageUrl",
            "failReason", "properties",
        ];
        Assert.Equal(common, task.Select(member => member.Key));
        Assert.All(hook.Calls, call => Assert.Equal(common, call.Task.Select(member => member.Key)));
        Assert.Equal(64, (await provider.PictureAsync(task)).Width);
    }

    [Theory]
    [InlineData("UPSCALE", 2, "U2")]
    [InlineData("VARIATION", 4, "V4")]
    [InlineData("REROLL", null, "R")]
    public async Task Change_and_simple_change_ask_for_the_same(string action, int? index, string simple)
    {
        foreach (var dialect in new[] { "change", "action" })
        {
            await using var provider = await Provider.StartAsync(dialect: dialect);
            var parent = await provider.FinishedAsync(await provider.ImagineAsync("a cat"));
            var id = (string)parent["id"]!;
            var change = await provider.FinishedAsync(Provider.Taken(await provider.PostAsync("/mj/submit/change", new { taskId = id, action, index, state = "job 1" })));
            var same = await provider.FinishedAsync(Provider.Taken(await provider.PostAsync("/mj/submit/simple-change", new { content = $"{id} {simple}" })));

            Assert.Equal((action, "a cat", "job 1", $"/up {id} {simple}"),
                ((string)change["action"]!, (string)change["prompt"]!, (string)change["state"]!, (string)change["description"]!));
            Assert.Equal(action, (string)same["action"]!);
            Assert.Equal((await provider.PictureAsync(change)).Rgb, (await provider.PictureAsync(same)).Rgb);
            Assert.NotEqual((await provider.PictureAsync(parent)).Rgb, (await provider.PictureAsync(same)).Rgb);
        }
    }

    [Fact]
    public async Task Change_is_refused_when_it_makes_no_sense()
    {
        await using var provider = await Provider.StartAsync(dialect: "change");
        var id = await provider.ImagineAsync("a cat");
        await provider.FinishedAsync(id);
        object[] senseless =
        [
            new { action = "UPSCALE", index = 1 }, new { taskId = id, action = "ZOOM", index = 1 }, new { taskId = id, action = "UPSCALE" },
            new { taskId = id, action = "UPSCALE", index = 5 }, new { taskId = id, index = 1 },
        ];
        foreach (var body in senseless)
            Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/change", body))["code"]!);
        foreach (var content in new[] { null, "", id, $"{id} U5", $"{id} X1", $"{id} U1 U2", "U1" })
            Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/simple-change", new { content }))["code"]!);

        var single = await provider.FinishedAsync(Provider.Taken(await provider.PostAsync("/mj/submit/change", new { taskId = id, action = "UPSCALE", index = 1 })));
        Assert.Equal(4, (int)(await provider.PostAsync("/mj/submit/change", new { taskId = (string)single["id"]!, action = "UPSCALE", index = 1 }))["code"]!);

        using var unknown = await provider.Http.PostAsJsonAsync("/mj/submit/change", new { taskId = "1", action = "REROLL" }, Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, 3), (unknown.StatusCode, (int)(await unknown.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["code"]!));
    }

    [Fact]
    public async Task Change_dialect_knows_no_actions_and_answers_an_unknown_id_with_an_empty_200()
    {
        await using var provider = await Provider.StartAsync(dialect: "change");
        foreach (var path in new[] { "action", "modal", "shorten", "edits" })
        {
            using var response = await provider.Http.PostAsJsonAsync($"/mj/submit/{path}", new { taskId = "1", customId = "x", prompt = "a cat" }, Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
        using var unknown = await provider.Http.GetAsync("/mj/task/1/fetch", Cancellation);
        Assert.Equal((HttpStatusCode.OK, ""), (unknown.StatusCode, await unknown.Content.ReadAsStringAsync(Cancellation)));

        var described = await provider.FinishedAsync(Provider.Taken(await provider.PostAsync("/mj/submit/describe", new { base64 = Provider.DataUrl() })));
        Assert.StartsWith("1️⃣ ", (string)described["properties"]!["finalPrompt"]!, StringComparison.Ordinal);
    }
}
