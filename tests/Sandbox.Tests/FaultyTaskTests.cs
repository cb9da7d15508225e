using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.Sandbox.Tests;

/// <summary>Faults while a task runs, when its hook is told, and when it is asked for.</summary>
public sealed class FaultyTaskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flag_is_not_part_of_what_is_drawn()
    {
        await using var provider = await Provider.StartAsync();
        var task = await provider.FinishedAsync(await provider.ImagineAsync("a cat --fault duplicate-terminal --ar 2:1 --fault lost-callback:1"));
        Assert.Equal(("a cat --ar 2:1", "/imagine a cat --ar 2:1", "a cat --ar 2:1"),
            ((string)task["prompt"]!, (string)task["description"]!, (string)task["properties"]!["finalPrompt"]!));
        var plain = await provider.FinishedAsync(await provider.ImagineAsync("a cat --ar 2:1"));
        Assert.Equal((await provider.PictureAsync(plain)).Rgb, (await provider.PictureAsync(task)).Rgb);
    }

    [Theory]
    [InlineData("duplicate-terminal", "SUBMITTED 0%, IN_PROGRESS 46%, SUCCESS 100%, SUCCESS 100%")]
    [InlineData("failure-then-success", "SUBMITTED 0%, IN_PROGRESS 46%, FAILURE , SUCCESS 100%")]
    [InlineData("out-of-order", "SUBMITTED 0%, SUCCESS 100%, IN_PROGRESS 46%")]
    [InlineData("stuck-callback-93", "SUBMITTED 0%, IN_PROGRESS 46%, IN_PROGRESS 93%")]
    [InlineData("lost-callback", "")]
    [InlineData("duplicate-terminal --fault out-of-order", "SUBMITTED 0%, SUCCESS 100%, SUCCESS 100%, IN_PROGRESS 46%")]
    public async Task Hook_hears_something_else_than_fetch_shows(string fault, string expected)
    {
        await using var provider = await Provider.StartAsync();
        await using var hook = await HookReceiver.StartAsync();
        // Everything that is ever told is told before the answer.
        var id = await provider.ImagineAsync($"a cat --fault {fault} --fault callback-before-response", hook.Url);
        Assert.Equal(expected, string.Join(", ", hook.Calls.Select(call => $"{call.Task["status"]} {call.Task["progress"]}")));
        Assert.Equal("SUCCESS", (string)(await provider.FetchAsync(id))["status"]!);
    }

    [Fact]
    public async Task Progress_is_out_of_order_over_a_whole_run()
    {
        await using var provider = await Provider.StartAsync(delayMs: 200);
        await using var hook = await HookReceiver.StartAsync();
        await provider.ImagineAsync("a cat --fault out-of-order", hook.Url);
        await Eventually.TrueAsync(() => hook.Calls.Count == 9, "nine calls of the hook");
        Assert.Equal(["0%", "15%", "0%", "46%", "31%", "78%", "62%", "100%", "93%"], hook.Calls.Select(call => (string)call.Task["progress"]!));
    }

    [Fact]
    public async Task Stuck_task_stays_at_93_percent()
    {
        await using var provider = await Provider.StartAsync();
        await using var hook = await HookReceiver.StartAsync();
        var id = await provider.ImagineAsync("a cat --fault stuck-93 --fault callback-before-response", hook.Url);
        var task = await provider.FetchAsync(id);
        Assert.Equal(("IN_PROGRESS", "93%"), ((string)task["status"]!, (string)task["progress"]!));
        Assert.Equal("93%", (string)hook.Calls.Last().Task["progress"]!);
    }

    [Theory]
    [InlineData("banned-later", "Banned prompt", "SUBMITTED 0%, FAILURE ")]
    [InlineData("moderated", "moderated", "SUBMITTED 0%, IN_PROGRESS 46%, IN_PROGRESS 60%, FAILURE ")]
    public async Task Task_fails_with_a_reason(string fault, string reason, string told)
    {
        await using var provider = await Provider.StartAsync();
        await using var hook = await HookReceiver.StartAsync();
        var id = await provider.ImagineAsync($"a cat --fault {fault} --fault callback-before-response", hook.Url);
        var task = await provider.FetchAsync(id);
        Assert.Equal(("FAILURE", "", null), ((string)task["status"]!, (string)task["progress"]!, (string?)task["imageUrl"]));
        Assert.Contains(reason, (string)task["failReason"]!, StringComparison.Ordinal);
        Assert.Empty(task["buttons"]!.AsArray());
        Assert.Equal(told, string.Join(", ", hook.Calls.Select(call => $"{call.Task["status"]} {call.Task["progress"]}")));
    }

    [Fact]
    public async Task Modal_task_waits_tells_its_hook_and_goes_on_when_answered()
    {
        await using var provider = await Provider.StartAsync();
        await using var hook = await HookReceiver.StartAsync();
        var id = await provider.ImagineAsync("a cat --fault modal --fault duplicate-terminal", hook.Url, state: "job 1");
        await provider.SeenAsync(id, "MODAL");
        await Eventually.TrueAsync(() => hook.Calls.Count == 2, "the hook to be told of it");
        Provider.Taken(await provider.PostAsync("/mj/submit/modal", new { taskId = id, prompt = "a black cat" }));
        Assert.Equal("a black cat", (string)(await provider.FinishedAsync(id))["prompt"]!);
        await Eventually.TrueAsync(() => hook.Calls.Count == 6, "six calls of the hook");
        Assert.Equal(["SUBMITTED", "MODAL", "SUBMITTED", "IN_PROGRESS", "SUCCESS", "SUCCESS"], hook.Calls.Select(call => (string)call.Task["status"]!));
    }

    [Fact]
    public async Task Restart_forgets_the_task_and_its_hook()
    {
        await using var provider = await Provider.StartAsync();
        await using var hook = await HookReceiver.StartAsync();
        var id = await provider.ImagineAsync("a cat --fault restart --fault callback-before-response", hook.Url, state: "job 1");
        using var response = await provider.Http.GetAsync($"/mj/task/{id}/fetch", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty((await ListAsync(provider, id)));
        Assert.Equal(["SUBMITTED", "IN_PROGRESS"], hook.Calls.Select(call => (string)call.Task["status"]!));
        Assert.Equal([id], await provider.PurchasesAsync("job 1"));
    }

    [Theory]
    [InlineData("empty-fetch", 3)]
    [InlineData("empty-fetch:2", 2)]
    public async Task First_fetches_are_answered_with_nothing(string fault, int times)
    {
        await using var provider = await Provider.StartAsync();
        var id = await provider.ImagineAsync($"a cat --fault {fault}");
        Assert.Empty(await ListAsync(provider, id));
        for (var i = 1; i < times; i++)
        {
            using var response = await provider.Http.GetAsync($"/mj/task/{id}/fetch", Cancellation);
            Assert.Equal((HttpStatusCode.OK, ""), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
        }
        await provider.FinishedAsync(id);
    }

    [Fact]
    public async Task Dead_link_is_a_404_behind_a_success()
    {
        await using var provider = await Provider.StartAsync();
        var task = await provider.FinishedAsync(await provider.ImagineAsync("a cat --fault dead-link"));
        using var response = await provider.Http.GetAsync((string)task["imageUrl"]!, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Html_is_served_as_a_picture()
    {
        await using var provider = await Provider.StartAsync();
        var task = await provider.FinishedAsync(await provider.ImagineAsync("a cat --fault html-image"));
        using var response = await provider.Http.GetAsync((string)task["imageUrl"]!, Cancellation);
        Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("<!DOCTYPE html>", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_of_a_task_with_a_number_is_gone_when_it_is_submitted_again()
    {
        await using var provider = await Provider.StartAsync();
        await provider.SeenAsync(await provider.ImagineAsync("a cat --fault moderated:1", state: "job 1"), "FAILURE");
        await provider.FinishedAsync(await provider.ImagineAsync("a cat --fault moderated:1", state: "job 1"));
    }

    private static async Task<JsonArray> ListAsync(Provider provider, string id)
    {
        using var list = await provider.Http.PostAsJsonAsync("/mj/task/list-by-condition", new { ids = new[] { id } }, Cancellation);
        return (await list.Content.ReadFromJsonAsync<JsonArray>(Cancellation))!;
    }
}
