using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>What each tool asks of the services behind it, and what it makes of their answers.</summary>
public sealed class ToolTests(Gateway gateway) : IClassFixture<Gateway>
{
    public static TheoryData<string, string, string, string> Operations => new()
    {
        { "generate_image", """{"prompt":"x","images":["https://example.com/a.png","mj://jobs/0197f3e0-0000-7000-8000-000000000001"],"speed":"fast","format":"webp"}""",
            "imagine", """{"prompt":"x","speed":"fast","format":"webp","images":["https://example.com/a.png","0197f3e0-0000-7000-8000-000000000001"]}""" },
        { "upscale_image", """{"job_id":"0197f3e0-0000-7000-8000-000000000001","index":2}""",
            "upscale", """{"parent_job_id":"0197f3e0-0000-7000-8000-000000000001","index":2}""" },
        { "upscale_image", """{"job_id":"mj://jobs/0197f3e0-0000-7000-8000-000000000001","strength":"subtle"}""",
            "upscale", """{"parent_job_id":"0197f3e0-0000-7000-8000-000000000001","strength":"subtle"}""" },
        { "vary_image", """{"job_id":"0197f3e0-0000-7000-8000-000000000001","index":4}""",
            "variation", """{"parent_job_id":"0197f3e0-0000-7000-8000-000000000001","index":4}""" },
        { "vary_image", """{"job_id":"0197f3e0-0000-7000-8000-000000000001","reroll":true}""",
            "reroll", """{"parent_job_id":"0197f3e0-0000-7000-8000-000000000001"}""" },
        { "edit_image", """{"image":"https://example.com/a.png","prompt":"snow"}""",
            "edit", """{"prompt":"snow","images":["https://example.com/a.png"]}""" },
        { "edit_image", """{"image":"0197f3e0-0000-7000-8000-000000000001","action":"zoom","factor":1.5}""",
            "zoom", """{"parent_job_id":"0197f3e0-0000-7000-8000-000000000001","factor":1.5}""" },
        { "edit_image", """{"image":"0197f3e0-0000-7000-8000-000000000001","action":"pan","direction":"left"}""",
            "pan", """{"parent_job_id":"0197f3e0-0000-7000-8000-000000000001","direction":"left"}""" },
        { "edit_image", """{"image":"0197f3e0-0000-7000-8000-000000000001","action":"inpaint"}""",
            "inpaint", """{"parent_job_id":"0197f3e0-0000-7000-8000-000000000001"}""" },
        { "blend_images", """{"images":["https://example.com/a.png","mj://images/0197f3e0-0000-7000-8000-000000000002"],"dimensions":"portrait"}""",
            "blend", """{"images":["https://example.com/a.png","mj://images/0197f3e0-0000-7000-8000-000000000002"],"dimensions":"portrait"}""" },
        { "describe_image", """{"image":"https://example.com/a.png"}""", "describe", """{"images":["https://example.com/a.png"]}""" },
        { "shorten_prompt", """{"prompt":"a long one"}""", "shorten", """{"prompt":"a long one"}""" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_tool_that_starts_a_job_asks_for_its_operation(string tool, string arguments, string operation, string input)
    {
        gateway.Stub.Requests.Clear();
        var structured = await CallAsync(tool, JsonNode.Parse(arguments)!.AsObject());

        var body = JsonNode.Parse(Assert.Single(gateway.Stub.Requests).Body)!;
        Assert.Equal(("image", operation), ((string?)body["kind"], (string?)body["operation"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(input), body["input_data"]), body.ToJsonString());
        Assert.Equal((operation, "pending"), ((string?)structured["operation"], (string?)structured["status"]));
    }

    [Fact]
    public async Task A_part_of_a_grid_is_upscaled_by_its_own_name()
    {
        var (job, images) = Finished();
        gateway.Stub.Requests.Clear();
        await CallAsync("upscale_image", new() { ["job_id"] = $"mj://images/{images[3]}" });
        var input = JsonNode.Parse(gateway.Stub.Requests.Last().Body)!["input_data"]!;
        Assert.Equal((job.ToString(), 3), ((string?)input["parent_job_id"], (int)input["index"]!));
    }

    [Fact]
    public async Task A_finished_job_says_what_it_offers()
    {
        var (job, _) = Finished();
        var report = await CallAsync("wait_for_job", new() { ["job_id"] = job.ToString() });
        Assert.Equal(["upscale 1", "variation 1", "reroll"], report["follow_ups"]!.AsArray().Select(offer => (string?)offer));
        Assert.Contains("upscale_image", (string)report["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_description_comes_in_words()
    {
        var id = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(id, job =>
        {
            (job["operation"], job["status"]) = ("describe", "DONE");
            job["result"] = JsonNode.Parse("""{"texts":["a fox","a red fox"]}""");
        });
        Assert.Equal(["a fox", "a red fox"], (await CallAsync("get_job_status", new() { ["job_id"] = id.ToString() }))["texts"]!.AsArray().Select(text => (string?)text));
    }

    [Fact]
    public async Task A_question_is_shown_and_its_answer_handed_on()
    {
        var id = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(id, job =>
        {
            job["status"] = "NEEDS_INPUT";
            job["progress"]!["message"] = "Which part?";
        });
        var asking = await CallAsync("get_job_status", new() { ["job_id"] = id.ToString() });
        Assert.Equal("Which part?", (string?)asking["question"]);
        Assert.Contains("answer_job", (string)asking["message"]!, StringComparison.Ordinal);

        gateway.Stub.Requests.Clear();
        var going = await CallAsync("answer_job", new() { ["job_id"] = id.ToString(), ["prompt"] = "the sky", ["answer"] = new JsonObject { ["x"] = 1 } });
        Assert.Equal("""{"x":1,"prompt":"the sky"}""", gateway.Stub.Requests.First().Body);
        Assert.Equal("processing", (string?)going["status"]);
    }

    [Fact]
    public async Task Cancelling_tells_how_the_job_stands_then()
    {
        var id = gateway.Stub.Add(Keys.AdminKey.Owner);
        Assert.Equal("cancelled", (string?)(await CallAsync("cancel_job", new() { ["job_id"] = id.ToString() }))["status"]);
    }

    [Fact]
    public async Task Lists_ask_for_what_was_asked()
    {
        gateway.Stub.Requests.Clear();
        await CallAsync("list_jobs", new() { ["status"] = "processing", ["limit"] = 5, ["created_after"] = "2026-01-01T00:00:00Z" });
        Assert.Equal("?status=RUNNING&created_after=2026-01-01T00%3A00%3A00Z&limit=5", gateway.Stub.Requests.Single().Query);

        gateway.Stub.Requests.Clear();
        await CallAsync("search_generations", new() { ["query"] = "light house", ["model"] = "midjourney" });
        Assert.Equal("?status=DONE&kind=image&model=midjourney&text=light%20house&limit=10", gateway.Stub.Requests.Single().Query);
    }

    [Fact]
    public async Task Generations_come_with_their_pictures()
    {
        var (job, images) = Finished();
        var list = await CallAsync("list_generations", []);
        var generation = list["generations"]!.AsArray().Single(made => (string?)made!["job_id"] == job.ToString())!;
        Assert.Equal(images.Select(image => image.ToString()), generation["images"]!.AsArray().Select(image => (string?)image!["image_id"]));
    }

    [Theory]
    [InlineData(1_000, null, true, "512")]
    [InlineData(1_000, 900, true, "900")]
    [InlineData(300_000, 900, false, "900 256")]
    [InlineData(300_000, 200, false, "200")]
    public async Task A_picture_is_shown_small_or_as_a_link(int bytes, int? width, bool shown, string tried)
    {
        var (_, images) = Finished();
        gateway.Stub.Content = new byte[bytes];
        gateway.Stub.Requests.Clear();
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "get_image", new() { ["image_id"] = images[0].ToString(), ["width"] = width });

        var blocks = result["content"]!.AsArray().Select(block => (string?)block!["type"]).ToArray();
        Assert.Equal(shown ? ["text", "image", "resource_link"] : ["text", "resource_link"], blocks);
        Assert.Equal(shown, (bool)result["structuredContent"]!["has_preview"]!);
        Assert.Equal(
            tried.Split(' ').Select(w => $"?w={w}&format=jpeg"),
            gateway.Stub.Requests.Where(request => request.Path.EndsWith("/content", StringComparison.Ordinal)).Select(request => request.Query));
        gateway.Stub.Content = new byte[1_000];
    }

    [Fact]
    public async Task Models_are_those_of_the_job_service()
    {
        var model = (await CallAsync("list_models", []))["models"]!.AsArray().Single()!;
        Assert.Equal(("midjourney", true, true), ((string?)model["name"], (bool)model["is_default"]!, (bool)model["takes_seed"]!));
    }

    [Fact]
    public async Task Webhooks_are_registered_listed_and_pushed_to()
    {
        gateway.Stub.Requests.Clear();
        await CallAsync("register_webhook", new() { ["webhook_url"] = "https://hook.example/" });
        var pushed = await CallAsync("push_webhook", new() { ["message"] = "hello", ["port"] = 9000, ["host"] = "127.0.0.1" });
        var listed = await CallAsync("list_webhooks", []);

        Assert.Equal(["""{"webhook_url":"https://hook.example/"}""", """{"message":"hello"}""", ""], gateway.Stub.Requests.Select(request => request.Body));
        Assert.Equal((1, 2), ((int)pushed["webhooks_notified"]!, (int)pushed["total_webhooks"]!));
        Assert.Equal(1, (int)listed["total"]!);
    }

    [Fact]
    public async Task A_worker_pulls_reports_and_completes()
    {
        var id = gateway.Stub.Add(Keys.AdminKey.Owner).ToString();
        var pulled = await CallAsync("pull_job", new() { ["job_id"] = id, ["include_history"] = true });
        Assert.Equal(id, (string?)pulled["job"]!["job_id"]);
        Assert.NotNull(pulled["history"]);

        gateway.Stub.Requests.Clear();
        await CallAsync("push_status", new()
        {
            ["job_id"] = id,
            ["status"] = "RUNNING",
            ["message"] = "Half way.",
            ["progress"] = new JsonObject { ["current_step"] = "two", ["percentage"] = 50 },
        });
        var done = await CallAsync("complete_job", new()
        {
            ["job_id"] = id,
            ["final_status"] = "DONE",
            ["summary"] = new JsonObject { ["pages"] = 3 },
            ["artifacts"] = new JsonArray(new JsonObject { ["name"] = "a.pdf", ["path"] = "out/a.pdf" }),
        });

        Assert.Equal(
            [
                """{"status":"RUNNING","progress":{"current_step":"two","percentage":50},"message":"Half way."}""",
                """{"final_status":"DONE","summary":{"pages":3},"final_artifacts":[{"name":"a.pdf","path":"out/a.pdf"}]}""",
            ],
            gateway.Stub.Requests.Select(request => request.Body));
        Assert.Equal("DONE", (string?)done["status"]);
    }

    [Theory]
    [InlineData("generate_image", """{"prompt":"x","images":["data:image/png;base64,AAAA"]}""", "E_IMAGES")]
    [InlineData("generate_image", """{"prompt":"x","speed":"warp"}""", "E_INVALID_ARGUMENT")]
    [InlineData("upscale_image", """{"job_id":"0197f3e0-0000-7000-8000-000000000001","index":5}""", "E_INVALID_ARGUMENT")]
    [InlineData("upscale_image", """{"job_id":"mj://images/0197f3e0-0000-7000-8000-000000000009"}""", "E_IMAGE_NOT_FOUND")]
    [InlineData("edit_image", """{"image":"https://example.com/a.png"}""", "E_PROMPT_EMPTY")]
    [InlineData("edit_image", """{"image":"ftp://example.com/a.png","prompt":"x"}""", "E_IMAGES")]
    [InlineData("blend_images", """{"images":["https://example.com/a.png"]}""", "E_INVALID_ARGUMENT")]
    [InlineData("blend_images", """{"images":[1,2]}""", "E_INVALID_ARGUMENT")]
    [InlineData("answer_job", """{"job_id":"0197f3e0-0000-7000-8000-000000000001"}""", "E_MISSING_ARGUMENT")]
    [InlineData("push_status", """{"job_id":"0197f3e0-0000-7000-8000-000000000001","status":"PENDING"}""", "E_INVALID_ARGUMENT")]
    [InlineData("push_status", """{"job_id":"0197f3e0-0000-7000-8000-000000000001","status":"RUNNING","progress":{"percent":5}}""", "E_UNKNOWN_ARGUMENT")]
    [InlineData("push_status", """{"job_id":"0197f3e0-0000-7000-8000-000000000001","status":"RUNNING","progress":{"percentage":101}}""", "E_INVALID_ARGUMENT")]
    [InlineData("complete_job", """{"job_id":"0197f3e0-0000-7000-8000-000000000001","final_status":"DONE","artifacts":[{"name":"x"}]}""", "E_MISSING_ARGUMENT")]
    [InlineData("get_image", """{"image_id":"x"}""", "E_IMAGE_NOT_FOUND")]
    [InlineData("list_jobs", """{"limit":0}""", "E_INVALID_ARGUMENT")]
    public async Task A_mistake_is_named(string tool, string arguments, string code)
    {
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, tool, JsonNode.Parse(arguments)!.AsObject());
        Assert.True((bool?)result["isError"], result.ToJsonString());
        Assert.Equal(code, (string?)result["structuredContent"]!["error"]!["code"]);
    }

    [Theory]
    [InlineData("generate_image", """{"prompt":"x"}""", "read")]
    [InlineData("get_job_status", """{"job_id":"x"}""", "generate")]
    [InlineData("push_webhook", """{"message":"x"}""", "generate")]
    [InlineData("complete_job", """{"job_id":"x","final_status":"DONE"}""", "generate")]
    public async Task A_key_without_the_scope_is_refused(string tool, string arguments, string scope)
    {
        var (_, text) = await gateway.CreateKeyAsync(key => key with { Scopes = [scope] });
        using var http = gateway.CreateClient(text);
        var result = await Rpc.CallAsync(http, tool, JsonNode.Parse(arguments)!.AsObject());
        Assert.Equal("E_FORBIDDEN", (string?)result["structuredContent"]!["error"]!["code"]);
    }

    [Fact]
    public async Task News_of_the_job_ends_the_wait_at_once()
    {
        using var http = gateway.CreateClient();
        var id = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Requests.Clear();
        var waiting = CallAsync("wait_for_job", new() { ["job_id"] = id.ToString(), ["wait_seconds"] = 45 });
        await Eventually.TrueAsync(() => gateway.Stub.Requests.Count(request => request.Method == "GET") >= 2, "the wait to begin");

        gateway.Stub.Change(id, StubServices.Finish);
        await gateway.PublishAsync(id, Keys.AdminKey.Owner);
        Assert.Equal("completed", (string?)(await waiting)["status"]);
    }

    private (Guid Job, Guid[] Images) Finished()
    {
        var id = gateway.Stub.Add(Keys.AdminKey.Owner);
        Guid[] images = [];
        gateway.Stub.Change(id, job =>
        {
            StubServices.Finish(job);
            images = [.. job["artifacts"]!.AsArray().Select(picture => Guid.Parse((string)picture!["image_id"]!))];
        });
        return (id, images);
    }

    private async Task<JsonObject> CallAsync(string tool, JsonObject arguments)
    {
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, tool, arguments);
        Assert.True(result["isError"] is null, result.ToJsonString());
        return result["structuredContent"]!.AsObject();
    }
}
