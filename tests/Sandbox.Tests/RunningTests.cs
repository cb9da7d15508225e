using System.Text.Json.Nodes;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;
using MjAspire.Testing;

namespace MjAspire.Sandbox.Tests;

public sealed class RunningTests
{
    [Fact]
    public async Task Hook_hears_of_every_change_once_and_in_order()
    {
        await using var provider = await Provider.StartAsync(delayMs: 400);
        await using var hook = await HookReceiver.StartAsync();
        var id = await provider.ImagineAsync("a cat", hook.Url);
        await Eventually.TrueAsync(() => hook.Calls.Count == 9, "nine calls of the hook");

        Assert.Equal(["SUBMITTED", .. Enumerable.Repeat("IN_PROGRESS", 7), "SUCCESS"], hook.Calls.Select(call => (string)call.Task["status"]!));
        Assert.Equal(["0%", "0%", "15%", "31%", "46%", "62%", "78%", "93%", "100%"], hook.Calls.Select(call => (string)call.Task["progress"]!));
        Assert.True(JsonNode.DeepEquals(hook.Calls.Last().Task, await provider.FetchAsync(id)));
        Assert.All(hook.Calls, call => Assert.Equal(hook.Url, (string)call.Task["properties"]!["notifyHook"]!));
    }

    [Fact]
    public async Task Hook_is_called_without_any_trace_of_ours()
    {
        await using var provider = await Provider.StartAsync();
        await using var hook = await HookReceiver.StartAsync();
        provider.Http.DefaultRequestHeaders.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await provider.ImagineAsync("a cat", hook.Url);
        await Eventually.TrueAsync(() => hook.Calls.Count == 3, "three calls of the hook");
        Assert.All(hook.Calls, call =>
        {
            Assert.DoesNotContain("traceparent", call.Headers.Keys, StringComparer.OrdinalIgnoreCase);
            Assert.Equal("application/json", call.Headers.ContentType.ToString());
        });
    }

    [Fact]
    public async Task Hook_that_refuses_is_not_called_again_and_the_task_finishes()
    {
        await using var provider = await Provider.StartAsync();
        await using var hook = await HookReceiver.StartAsync();
        hook.Answer = 500;
        var id = await provider.ImagineAsync("a cat", hook.Url);
        await provider.FinishedAsync(id);
        await Eventually.TrueAsync(() => hook.Calls.Count == 3, "three calls of the hook");
        await provider.FinishedAsync(await provider.ImagineAsync("a dog"));
        Assert.Equal(3, hook.Calls.Count);
    }

    [Fact]
    public async Task Hook_that_is_not_there_does_not_keep_the_task_from_finishing()
    {
        await using var provider = await Provider.StartAsync();
        await provider.FinishedAsync(await provider.ImagineAsync("a cat", "http://127.0.0.1:9/hook"));
    }

    [Fact]
    public async Task Picture_is_a_coarse_preview_while_the_task_runs()
    {
        await using var provider = await Provider.StartAsync(delayMs: 2000);
        var id = await provider.ImagineAsync("a cat");
        var preview = await Eventually.GetAsync(async () =>
            await provider.FetchAsync(id) is var task && task["imageUrl"] is not null ? await provider.PictureAsync(task) : null, "a preview");
        Assert.True(preview.At(0, 0) == preview.At(1, 1), "Four pixels of a preview are one.");

        var task = await provider.FinishedAsync(id);
        Assert.NotEqual(preview.Rgb, (await provider.PictureAsync(task)).Rgb);
    }

    [Fact]
    public void Store_forgets_the_oldest_finished_task_and_takes_no_more_when_none_is_finished()
    {
        var store = new TaskStore(TimeProvider.System);
        var tasks = Enumerable.Range(0, TaskStore.Capacity).Select(_ => NewTask(store.NextId())).ToList();
        Assert.All(tasks, task => Assert.True(store.TryAdd(task)));
        Assert.False(store.TryAdd(NewTask(store.NextId())));

        tasks[0].Take(new(TimeSpan.Zero, "SUCCESS", 100), TimeProvider.System.GetUtcNow());
        Assert.True(store.TryAdd(NewTask(store.NextId())));
        Assert.False(store.TryGet(tasks[0].Id, out _));
        Assert.True(store.TryGet(tasks[1].Id, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2000)]
    public void Script_takes_the_delay_and_never_goes_back(int delayMs)
    {
        var script = Script.For(TimeSpan.FromMilliseconds(delayMs), FaultPlan.None);
        Assert.Equal(delayMs, script.Sum(step => step.After.TotalMilliseconds), tolerance: 0.01);
        Assert.Equal(script.Select(step => step.Progress).Order(), script.Select(step => step.Progress));
        Assert.Equal(("SUBMITTED", "SUCCESS", 100), (script[0].Status, script[^1].Status, script[^1].Progress));
    }

    private static SandboxTask NewTask(string id) => new(
        new TaskView
        {
            Id = id,
            Action = "IMAGINE",
            Status = "NOT_START",
            Prompt = "",
            PromptEn = "",
            Description = "",
            SubmitTime = 0,
            Progress = "0%",
            Properties = new Dictionary<string, string>(StringComparer.Ordinal) { ["messageHash"] = $"{Guid.CreateVersion7()}" },
            BotType = "MID_JOURNEY",
            Mode = "FAST",
        },
        new("http://127.0.0.1"))
    { Faults = FaultPlan.None };
}
