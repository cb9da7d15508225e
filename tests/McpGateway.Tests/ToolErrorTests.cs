using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MjAspire.McpGateway.Tests;

/// <summary>Every mistake a model or its user can make ends in a tool error with a stable code, in structure and in text.</summary>
public sealed class ToolErrorTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static readonly string TooLong = new('x', 8_193);

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "generate_image", """{"prompt":""}""", "E_PROMPT_EMPTY" },
        { "generate_image", """{"prompt":"  \n "}""", "E_PROMPT_EMPTY" },
        { "generate_image", $$"""{"prompt":"{{TooLong}}"}""", "E_PROMPT_TOO_LONG" },
        { "generate_image", $$"""{"prompt":"x","negative_prompt":"{{TooLong[..1_025]}}"}""", "E_PROMPT_TOO_LONG" },
        { "generate_image", "{}", "E_MISSING_ARGUMENT" },
        { "generate_image", """{"prompt":null}""", "E_MISSING_ARGUMENT" },
        { "generate_image", """{"prompt":5}""", "E_INVALID_ARGUMENT" },
        { "generate_image", """{"prompt":"x","wait_seconds":"10"}""", "E_INVALID_ARGUMENT" },
        { "generate_image", """{"prompt":"x","wait_seconds":46}""", "E_INVALID_ARGUMENT" },
        { "generate_image", """{"prompt":"x","wait_seconds":-1}""", "E_INVALID_ARGUMENT" },
        { "generate_image", """{"prompt":"x","wait_seconds":1e99}""", "E_INVALID_ARGUMENT" },
        { "generate_image", """{"prompt":"x","size":"large"}""", "E_UNKNOWN_ARGUMENT" },
        { "get_job_status", "{}", "E_MISSING_ARGUMENT" },
        { "get_job_status", """{"job_id":"not-an-id"}""", "E_JOB_NOT_FOUND" },
        { "get_job_status", """{"job_id":"../../admin"}""", "E_JOB_NOT_FOUND" },
        { "get_job_status", """{"job_id":"0197f3e0-0000-7000-8000-000000000000"}""", "E_JOB_NOT_FOUND" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_has_its_code(string tool, string arguments, string code)
    {
        using var http = gateway.CreateClient();
        AssertError(code, await Rpc.CallAsync(http, tool, JsonNode.Parse(arguments)!.AsObject()));
    }

    [Fact]
    public async Task An_unknown_argument_is_named_and_the_known_ones_are_listed()
    {
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x", ["aspectRatio"] = "1:1" });
        Assert.Equal(
            "There is no argument 'aspectRatio'. Known arguments: prompt, model, aspect_ratio, negative_prompt, images, speed, count, seed, format, wait_seconds.",
            AssertError("E_UNKNOWN_ARGUMENT", result));
    }

    [Fact]
    public async Task The_longest_prompt_is_accepted()
    {
        using var http = gateway.CreateClient();
        Assert.Null((await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = TooLong[1..] }))["isError"]);
    }

    [Fact]
    public async Task Another_owners_job_is_as_unknown_as_none()
    {
        var (_, text) = await gateway.CreateKeyAsync();
        using var stranger = gateway.CreateClient(text);
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        AssertError("E_JOB_NOT_FOUND", await Rpc.CallAsync(stranger, "get_job_status", new() { ["job_id"] = job.ToString() }));
    }

    [Fact]
    public async Task A_refusal_of_the_job_service_is_passed_on_with_its_code()
    {
        gateway.Stub.Instead = context => AnswerAsync(context, 422, """{"detail":"There is no model 'dali'.","code":"E_UNKNOWN_MODEL"}""");
        var message = AssertError("E_UNKNOWN_MODEL", await GenerateAsync());
        Assert.Equal("There is no model 'dali'.", message);
    }

    [Theory]
    [InlineData(401, """{"detail":"secret inside","code":"E_AUTHENTICATION_FAILED"}""")]
    [InlineData(502, """{"title":"no code"}""")]
    public async Task A_refusal_that_is_not_the_callers_business_is_not_shown(int status, string problem)
    {
        gateway.Stub.Instead = context => AnswerAsync(context, status, problem);
        Assert.DoesNotContain("secret", AssertError("E_NETWORK_ERROR", await GenerateAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_is_a_serialization_error()
    {
        gateway.Stub.Instead = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("<html>");
            return true;
        };
        AssertError("E_SERIALIZATION_ERROR", await GenerateAsync());
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_once_more_under_the_same_idempotency_key()
    {
        var asked = 0;
        gateway.Stub.Requests.Clear();
        gateway.Stub.Instead = context =>
        {
            if (Interlocked.Increment(ref asked) > 1)
                return Task.FromResult(false);
            context.Abort();
            return Task.FromResult(true);
        };
        Assert.Null((await GenerateAsync())["isError"]);
        var keys = gateway.Stub.Requests.Select(request => request.Headers["Idempotency-Key"]).ToArray();
        Assert.Equal(2, keys.Length);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task A_job_service_that_is_away_is_a_network_error()
    {
        await using var lonely = await gateway.StartAnotherAsync(("services:job-service:http:0", "http://127.0.0.1:9"));
        using var http = gateway.CreateClient(address: lonely.Address);
        AssertError("E_NETWORK_ERROR", await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x" }));
    }

    private async Task<JsonObject> GenerateAsync()
    {
        try
        {
            using var http = gateway.CreateClient();
            return await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x" });
        }
        finally
        {
            gateway.Stub.Instead = null;
        }
    }

    private static async Task<bool> AnswerAsync(HttpContext context, int status, string problem)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await context.Response.WriteAsync(problem);
        return true;
    }

    private static string AssertError(string code, JsonObject result)
    {
        Assert.True((bool?)result["isError"], result.ToJsonString());
        Assert.Equal(code, (string?)result["structuredContent"]!["error"]!["code"]);
        var message = (string?)result["structuredContent"]!["error"]!["message"];
        Assert.Equal($"{code}: {message}", (string?)result["content"]![0]!["text"]);
        return message!;
    }
}
