using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>What the tools answer when all is well, and what they ask of the job service.</summary>
public sealed class ToolResultTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generating_sends_the_request_as_the_job_service_expects_it()
    {
        gateway.Stub.Requests.Clear();
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "generate_image", new()
        {
            ["prompt"] = "a lighthouse",
            ["model"] = "v7",
            ["aspect_ratio"] = "16:9",
            ["negative_prompt"] = "people",
        });

        var request = Assert.Single(gateway.Stub.Requests);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"kind":"image","operation":"imagine","metadata":{},
                 "input_data":{"prompt":"a lighthouse","model":"v7","aspect_ratio":"16:9","negative_prompt":"people"}}
                """),
            JsonNode.Parse(request.Body)), request.Body);
        Assert.Equal(Gateway.InternalKey, request.Headers["X-Internal-Key"]);
        Assert.Equal(Keys.AdminKey.Owner.ToString(), request.Headers["X-Owner-Id"]);
        Assert.True(Guid.TryParse(request.Headers["Idempotency-Key"], out _));
        Assert.False(request.Headers.ContainsKey("Authorization"));

        var structured = result["structuredContent"]!.AsObject();
        Assert.Equal(["job_id", "operation", "status", "progress", "message", "images", "next_poll_seconds"], structured.Select(property => property.Key));
        Assert.Equal(("pending", 2), ((string?)structured["status"], (int)structured["next_poll_seconds"]!));
        Assert.Contains((string)structured["job_id"]!, (string)result["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_call_has_an_idempotency_key_of_its_own()
    {
        gateway.Stub.Requests.Clear();
        using var http = gateway.CreateClient();
        await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x" });
        await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x" });
        Assert.Equal(2, gateway.Stub.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct().Count());
    }

    [Theory]
    [InlineData("PENDING", "pending", true)]
    [InlineData("RUNNING", "processing", true)]
    [InlineData("NEEDS_INPUT", "needs_input", true)]
    [InlineData("DONE", "completed", false)]
    [InlineData("FAILED", "failed", false)]
    [InlineData("CANCELLED", "cancelled", false)]
    public async Task Every_status_of_the_job_service_has_its_word(string status, string word, bool pollsOn)
    {
        var report = await ReportAsync(job => job["status"] = status);
        Assert.Equal(word, (string?)report["status"]);
        Assert.Equal(pollsOn, report.ContainsKey("next_poll_seconds"));
        Assert.NotEmpty((string)report["message"]!);
    }

    [Fact]
    public async Task A_job_under_way_tells_how_far_it_is_and_when_to_ask_again()
    {
        var report = await ReportAsync(job =>
        {
            job["status"] = "RUNNING";
            job["progress"] = JsonNode.Parse("""
                {"current_step":"drawing","percentage":40,"estimated_remaining":"a minute","message":"Drawing, 40 %."}
                """);
        });
        Assert.Equal((40, "drawing", 2), ((int)report["progress"]!, (string?)report["step"], (int)report["next_poll_seconds"]!));
        Assert.Equal($"Drawing, 40 %. Call get_job_status with job_id {report["job_id"]} again in 2 seconds.", (string?)report["message"]);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(24, 6)]
    [InlineData(600, 15)]
    public async Task A_job_that_takes_long_need_not_be_asked_for_often(int age, int seconds)
    {
        var report = await ReportAsync(job => job["created_at"] = TimeProvider.System.GetUtcNow().AddSeconds(-age).ToString("O"));
        Assert.Equal(seconds, (int)report["next_poll_seconds"]!);
    }

    [Fact]
    public async Task A_failed_job_says_why_without_being_an_error_of_the_call()
    {
        var report = await ReportAsync(job =>
        {
            job["status"] = "FAILED";
            job["error"] = new JsonObject { ["code"] = "E_PROMPT_REJECTED", ["message"] = "The provider does not draw that." };
        });
        Assert.Equal("""{"code":"E_PROMPT_REJECTED","message":"The provider does not draw that."}""", report["error"]!.ToJsonString());
    }

    [Fact]
    public async Task A_finished_job_shows_the_grid_first_and_then_its_parts()
    {
        var id = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(id, StubServices.Finish);
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "get_job_status", new() { ["job_id"] = id.ToString() });

        var images = result["structuredContent"]!["images"]!.AsArray();
        Assert.Equal([null, 1, 2, 3, 4], images.Select(image => (int?)image!["index"]));
        Assert.All(images.Skip(1), part => Assert.Equal((string?)images[0]!["image_id"], (string?)part!["parent_image_id"]));
        Assert.Equal(("image/png", 1024, 1024), ((string?)images[0]!["mime_type"], (int)images[0]!["width"]!, (int)images[0]!["height"]!));

        var links = result["content"]!.AsArray().Where(block => (string?)block!["type"] == "resource_link").ToArray();
        Assert.Equal(images.Select(image => (string?)image!["url"]), links.Select(link => (string?)link!["uri"]));
        Assert.Equal(["Whole picture", "Part 1 of 4", "Part 2 of 4", "Part 3 of 4", "Part 4 of 4"], links.Select(link => (string?)link!["title"]));
    }

    [Fact]
    public async Task Waiting_returns_as_soon_as_the_job_is_done_and_reports_progress_on_the_wire()
    {
        using var http = gateway.CreateClient();
        var rpc = Rpc.Stateless("tools/call", new()
        {
            ["name"] = "generate_image",
            ["arguments"] = new JsonObject { ["prompt"] = "x", ["wait_seconds"] = 45 },
        }, "generate_image");
        rpc.Body = rpc.Body.Replace("\"_meta\":{", "\"_meta\":{\"progressToken\":\"p\",", StringComparison.Ordinal);
        gateway.Stub.Requests.Clear();
        var answering = rpc.SendAsync(http);

        gateway.Stub.Change(await StartedJobAsync(), StubServices.Finish);
        var answer = await answering;

        var structured = answer.Result["structuredContent"]!;
        Assert.Equal(("completed", null), ((string?)structured["status"], structured["next_poll_seconds"]));
        Assert.Equal(5, structured["images"]!.AsArray().Count);
        Assert.Equal(5, answer.Result["content"]!.AsArray().Count(block => (string?)block!["type"] == "resource_link"));
        var progress = answer.Messages.Where(message => (string?)message["method"] == "notifications/progress").ToArray();
        Assert.NotEmpty(progress);
        Assert.All(progress, message => Assert.Equal("p", (string?)message["params"]!["progressToken"]));
        Assert.Equal(100, (int)progress[^1]["params"]!["progress"]!);
    }

    [Fact]
    public async Task Closing_the_stream_ends_the_call_and_not_the_job()
    {
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Stub.Requests.Clear();
        gateway.Stub.Instead = async context =>
        {
            if (context.Request.Method != "GET")
                return false;

            // The gateway is kept waiting for the job's status until it no longer wants it.
            asked.TrySetResult(context.Request.Path.Value!.Split('/')[^1]);
            await using var registration = context.RequestAborted.Register(ended.SetResult);
            await ended.Task;
            return true;
        };

        using var http = gateway.CreateClient();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = http.SendAsync(Rpc.Call("generate_image", new() { ["prompt"] = "x", ["wait_seconds"] = 45 }).ToMessage(), leaving.Token);
        var job = await asked.Task.WaitAsync(Eventually.Patience, Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await ended.Task.WaitAsync(Eventually.Patience, Token);
        gateway.Stub.Instead = null;

        Assert.Equal(["POST", "GET"], gateway.Stub.Requests.Select(request => request.Method));
        var result = await Rpc.CallAsync(http, "get_job_status", new() { ["job_id"] = job });
        Assert.Equal("pending", (string?)result["structuredContent"]!["status"]);
    }

    [Fact]
    public async Task Waiting_through_an_outage_of_the_job_service_still_returns_the_job_id()
    {
        gateway.Stub.Instead = context =>
        {
            if (context.Request.Method == "GET")
                context.Abort();
            return Task.FromResult(context.Request.Method == "GET");
        };
        try
        {
            using var http = gateway.CreateClient();
            var result = await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x", ["wait_seconds"] = 45 });
            Assert.Null(result["isError"]);
            Assert.True(Guid.TryParse((string?)result["structuredContent"]!["job_id"], out _));
        }
        finally
        {
            gateway.Stub.Instead = null;
        }
    }

    /// <summary>The job whose status is being asked for.</summary>
    private async Task<Guid> StartedJobAsync()
    {
        var asked = await Eventually.GetAsync(
            () => Task.FromResult(gateway.Stub.Requests.FirstOrDefault(request => request.Method == "GET")), "the gateway to ask for the job");
        return Guid.Parse(asked.Path.Split('/')[^1]);
    }

    private async Task<JsonObject> ReportAsync(Action<JsonObject> change)
    {
        var id = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(id, change);
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "get_job_status", new() { ["job_id"] = id.ToString() });
        Assert.Null(result["isError"]);
        return result["structuredContent"]!.AsObject();
    }
}
