using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tests;

/// <summary>Jobs as tasks of the extension, and jobs that ask for input in the middle of a call.</summary>
public sealed class TaskTests(Gateway gateway) : IClassFixture<Gateway>
{
    private const string Extension = "io.modelcontextprotocol/tasks";

    private static readonly JsonObject WithTasks = new() { ["extensions"] = new JsonObject { [Extension] = new JsonObject() } };
    private static readonly JsonObject WithElicitation = new() { ["elicitation"] = new JsonObject() };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_knows_tasks_gets_one_that_is_the_job()
    {
        using var http = gateway.CreateClient();
        var created = await StartAsync(http);
        Assert.Equal(("task", "working"), ((string?)created["resultType"], (string?)created["status"]));
        Assert.True(created.ContainsKey("ttlMs"));
        Assert.Equal(2_000, (int)created["pollIntervalMs"]!);
        Assert.False(created.ContainsKey("content"));

        var id = (string)created["taskId"]!;
        Assert.Equal(("complete", "working"), Word(await AskAsync(http, "tasks/get", id)));

        gateway.Stub.Change(Guid.Parse(id), StubServices.Finish);
        var done = await AskAsync(http, "tasks/get", id);
        Assert.Equal(("complete", "completed"), Word(done));
        Assert.Equal(5, done["result"]!["structuredContent"]!["images"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_task_outlives_its_gateway()
    {
        using var http = gateway.CreateClient();
        var id = (string)(await StartAsync(http))["taskId"]!;
        await using var other = await gateway.StartAnotherAsync();
        using var there = gateway.CreateClient(address: other.Address);
        Assert.Equal(("complete", "working"), Word(await AskAsync(there, "tasks/get", id)));
    }

    [Fact]
    public async Task A_failed_job_is_a_completed_task_with_an_error_in_it()
    {
        using var http = gateway.CreateClient();
        var id = (string)(await StartAsync(http))["taskId"]!;
        gateway.Stub.Change(Guid.Parse(id), job =>
        {
            job["status"] = "FAILED";
            job["error"] = new JsonObject { ["code"] = "E_MODERATED", ["message"] = "No." };
        });
        var task = await AskAsync(http, "tasks/get", id);
        Assert.Equal("completed", (string?)task["status"]);
        Assert.True((bool)task["result"]!["isError"]!);
        Assert.Equal("E_MODERATED", (string?)task["result"]!["structuredContent"]!["error"]!["code"]);
    }

    [Fact]
    public async Task A_task_is_cancelled_once_and_for_all()
    {
        using var http = gateway.CreateClient();
        var id = (string)(await StartAsync(http))["taskId"]!;
        Assert.Equal(("complete", null), Word(await AskAsync(http, "tasks/cancel", id)));
        Assert.Equal("cancelled", (string?)(await AskAsync(http, "tasks/get", id))["status"]);
        Assert.Equal(("complete", null), Word(await AskAsync(http, "tasks/cancel", id)));
    }

    [Fact]
    public async Task A_task_that_needs_input_asks_and_takes_the_answer()
    {
        using var http = gateway.CreateClient();
        var id = (string)(await StartAsync(http))["taskId"]!;
        gateway.Stub.Change(Guid.Parse(id), Ask);
        var asking = await AskAsync(http, "tasks/get", id);
        Assert.Equal("input_required", (string?)asking["status"]);
        Assert.Equal("elicitation/create", (string?)asking["inputRequests"]!["answer"]!["method"]);
        Assert.Equal("Which part?", (string?)asking["inputRequests"]!["answer"]!["params"]!["message"]);

        gateway.Stub.Requests.Clear();
        await AskAsync(http, "tasks/update", id, new() { ["answer"] = Accept("the sky") });
        Assert.Equal("""{"prompt":"the sky"}""", gateway.Stub.Requests.Single().Body);
        Assert.Equal("working", (string?)(await AskAsync(http, "tasks/get", id))["status"]);
    }

    [Fact]
    public async Task A_listening_client_is_told_of_its_tasks_what_asking_would_tell()
    {
        using var http = gateway.CreateClient();
        var id = (string)(await StartAsync(http))["taskId"]!;
        var foreign = gateway.Stub.Add(Guid.CreateVersion7());
        var listen = Rpc.Stateless("subscriptions/listen", new()
        {
            ["notifications"] = new JsonObject { ["taskIds"] = new JsonArray(id, foreign.ToString(), "x", 1) },
        }, capabilities: WithTasks);
        using var stream = await http.SendAsync(listen.ToMessage(), HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
        var acknowledged = await Answer.ReadEventAsync(reader);
        Assert.Equal([id], acknowledged["params"]!["notifications"]!["taskIds"]!.AsArray().Select(task => (string?)task));

        gateway.Stub.Change(Guid.Parse(id), StubServices.Finish);
        await gateway.PublishAsync(Guid.Parse(id), Keys.AdminKey.Owner);
        var told = await Answer.ReadEventAsync(reader);
        Assert.Equal("notifications/tasks", (string?)told["method"]);
        var task = told["params"]!.AsObject();
        Assert.Equal(7, (int)task["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
        var asked = await AskAsync(http, "tasks/get", id);
        Assert.Equal(asked.Select(member => member.Key).Except(["resultType", "_meta"]), task.Select(member => member.Key).Except(["_meta"]));
        Assert.All(task.Where(member => member.Key != "_meta"), member => Assert.Equal(asked[member.Key]?.ToJsonString(), member.Value?.ToJsonString()));
    }

    [Fact]
    public async Task A_client_that_does_not_declare_tasks_is_not_told_of_any()
    {
        using var http = gateway.CreateClient();
        var answer = await Rpc.Stateless(
            "subscriptions/listen", new() { ["notifications"] = new JsonObject { ["taskIds"] = new JsonArray() } }).SendAsync(http);
        Assert.Equal(-32021, answer.ErrorCode);
    }

    [Fact]
    public async Task A_batch_is_several_jobs_and_no_task()
    {
        using var http = gateway.CreateClient();
        var rpc = Rpc.Stateless(
            "tools/call", Call("generate_image", new JsonObject { ["prompt"] = "x", ["count"] = 2 }), "generate_image", WithTasks);
        var result = (await rpc.SendAsync(http)).Result;
        Assert.Equal(2, result["structuredContent"]!["batch"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("tasks/get")]
    [InlineData("tasks/update")]
    [InlineData("tasks/cancel")]
    public async Task A_client_that_does_not_declare_tasks_has_none(string method)
    {
        using var http = gateway.CreateClient();
        var answer = await Rpc.Stateless(method, new() { ["taskId"] = "x" }, "x").SendAsync(http);
        Assert.Equal(-32021, answer.ErrorCode);
        Assert.NotNull(answer.Messages[0]["error"]!["data"]!["requiredCapabilities"]!["extensions"]![Extension]);
    }

    [Fact]
    public async Task Another_owners_task_is_as_unknown_as_none()
    {
        using var http = gateway.CreateClient();
        var id = (string)(await StartAsync(http))["taskId"]!;
        var (_, text) = await gateway.CreateKeyAsync();
        using var stranger = gateway.CreateClient(text);
        foreach (var unknown in (string[])[id, "x"])
            foreach (var method in (string[])["tasks/get", "tasks/update", "tasks/cancel"])
                Assert.Equal(-32602, (await Rpc.Stateless(method, new() { ["taskId"] = unknown }, unknown, WithTasks).SendAsync(stranger)).ErrorCode);
    }

    [Fact]
    public async Task A_call_whose_job_asks_comes_back_with_the_answer_and_makes_no_second_job()
    {
        using var http = gateway.CreateClient();
        gateway.Stub.Requests.Clear();
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(job, Ask);
        var arguments = new JsonObject { ["job_id"] = job.ToString(), ["wait_seconds"] = 1 };
        var asked = (await Rpc.Stateless("tools/call", Call("wait_for_job", arguments), "wait_for_job", WithElicitation).SendAsync(http)).Result;
        Assert.Equal("input_required", (string?)asked["resultType"]);
        Assert.Equal(job.ToString(), (string?)asked["requestState"]);

        var again = Call("generate_image", new JsonObject { ["prompt"] = "x", ["wait_seconds"] = 1 });
        again["requestState"] = asked["requestState"]!.DeepClone();
        again["inputResponses"] = new JsonObject { ["answer"] = Accept("the sky") };
        var going = (await Rpc.Stateless("tools/call", again, "generate_image", WithElicitation).SendAsync(http)).Result;
        Assert.Equal((job.ToString(), "processing"), ((string?)going["structuredContent"]!["job_id"], (string?)going["structuredContent"]!["status"]));
        Assert.Contains(gateway.Stub.Requests, request => request.Path.EndsWith("/answer", StringComparison.Ordinal) && request.Body == """{"prompt":"the sky"}""");
        Assert.DoesNotContain(gateway.Stub.Requests, request => request is { Method: "POST", Path: "/api/jobs" });
    }

    [Fact]
    public async Task A_client_that_cannot_be_asked_reads_the_question()
    {
        using var http = gateway.CreateClient();
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(job, Ask);
        var result = await Rpc.CallAsync(http, "wait_for_job", new() { ["job_id"] = job.ToString() });
        Assert.Equal(("needs_input", "Which part?"), ((string?)result["structuredContent"]!["status"], (string?)result["structuredContent"]!["question"]));
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_person_is_asked_through_their_client_in_either_era(string revision)
    {
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(job, Ask);
        var options = new McpClientOptions
        {
            ProtocolVersion = revision,
            Capabilities = new() { Elicitation = new() { Form = new() } },
            Handlers = new()
            {
                ElicitationHandler = (request, _) => ValueTask.FromResult(new ElicitResult
                {
                    Action = "accept",
                    Content = new Dictionary<string, System.Text.Json.JsonElement> { ["prompt"] = System.Text.Json.JsonSerializer.SerializeToElement(request!.Message) },
                }),
            },
        };
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new()
            {
                Endpoint = new Uri(gateway.Address, "/mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {Gateway.AdminKey}" },
            }),
            options, cancellationToken: Token);
        gateway.Stub.Requests.Clear();
        var result = await client.CallToolAsync(
            "wait_for_job", new Dictionary<string, object?> { ["job_id"] = job.ToString(), ["wait_seconds"] = 1 }, cancellationToken: Token);
        Assert.Equal("processing", result.StructuredContent!.Value.GetProperty("status").GetString());
        Assert.Contains(gateway.Stub.Requests, request => request.Body == """{"prompt":"Which part?"}""");
    }

    private static void Ask(JsonObject job)
    {
        job["status"] = "NEEDS_INPUT";
        job["progress"]!["message"] = "Which part?";
    }

    private static JsonObject Accept(string prompt) => new() { ["action"] = "accept", ["content"] = new JsonObject { ["prompt"] = prompt } };

    private static JsonObject Call(string tool, JsonObject arguments) => new() { ["name"] = tool, ["arguments"] = arguments };

    private static (string?, string?) Word(JsonObject task) => ((string?)task["resultType"], (string?)task["status"]);

    private static async Task<JsonObject> StartAsync(HttpClient http) =>
        (await Rpc.Stateless("tools/call", Call("generate_image", new JsonObject { ["prompt"] = "x" }), "generate_image", WithTasks).SendAsync(http)).Result;

    private static async Task<JsonObject> AskAsync(HttpClient http, string method, string id, JsonObject? responses = null)
    {
        var parameters = new JsonObject { ["taskId"] = id };
        if (responses is not null)
            parameters["inputResponses"] = responses;
        return (await Rpc.Stateless(method, parameters, id, WithTasks).SendAsync(http)).Result;
    }
}
