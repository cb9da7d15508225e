using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MjAspire.EndToEnd.Tests.Faults;
using MjAspire.Testing;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MjAspire.EndToEnd.Tests;

[Collection<ActionDialect>]
public class PictureTests(ActionJobs jobs)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_asked_for_over_mcp_is_stored_served_and_announced_by_a_signed_webhook()
    {
        using var http = jobs.Application.Http();
        await using var receiver = await Receiver.StartAsync(http, "job.*");
        await using var mcp = await jobs.Application.McpAsync();

        var job = await GenerateAsync(mcp, "an old harbour at night");

        var images = job["images"]!.AsArray();
        Assert.Equal(5, images.Count);
        Assert.Equal([null, 1, 2, 3, 4], images.Select(image => (int?)image!["index"]));
        foreach (var image in images)
        {
            using var anonymous = new HttpClient();
            using var picture = await anonymous.GetAsync(image!["url"]!.GetValue<string>(), Cancellation);
            Assert.Equal("image/png", picture.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
            var bytes = await picture.Content.ReadAsByteArrayAsync(Cancellation);
            Assert.Equal((image["width"]!.GetValue<int>(), image["height"]!.GetValue<int>()), SizeOfPng(bytes));
        }

        await Eventually.TrueAsync(
            () => receiver.Events.Any(seen => seen.Body["type"]!.GetValue<string>() == "job.completed" && IdOf(seen.Body) == IdOf(job)), "job.completed");
        Assert.Empty(receiver.Forgeries);
        Assert.Equal(receiver.Events.Count, receiver.Events.Select(seen => seen.Id).Distinct().Count());
    }

    [Fact]
    public async Task One_picture_is_one_trace_through_every_service_the_callback_included()
    {
        using var http = jobs.Application.Http();
        await using var receiver = await Receiver.StartAsync(http, "job.completed");
        await using var mcp = await jobs.Application.McpAsync();

        var job = await GenerateAsync(mcp, "a trace of light");
        await Eventually.TrueAsync(() => receiver.Events.Any(seen => IdOf(seen.Body) == IdOf(job)), "job.completed");

        Trace? trace = null;
        await Eventually.TrueAsync(async () =>
        {
            trace = await Traces.FindAsync(jobs.Application.Dashboard, IdOf(job), Cancellation);
            return trace?.Services.IsSupersetOf(["mcp-gateway", "job-service", "sandbox", "webhook-ingress", "image-store", "delivery-worker"]) == true
                && trace.Has("delivery-worker", "POST") && !trace.Orphans.Any();
        }, () => $"every service in the picture's trace, without a gap; there is\n{trace}\norphans\n{string.Join('\n', trace?.Orphans ?? [])}");

        Assert.True(trace!.Has("webhook-ingress", "POST /webhook/"), trace.ToString());
        Assert.True(trace.Has("job-service", "insert jobs"), $"no database span in\n{trace}");
        Assert.True(trace.Has("job-service", "provider-callback process"), $"no broker span in\n{trace}");
        Assert.Single(trace.Roots);
        Assert.DoesNotContain("/webhook/midjourney/A", trace.Json, StringComparison.Ordinal); // a callback token is a secret
    }

    [Fact]
    public async Task A_callback_with_a_forged_token_is_refused_and_changes_nothing()
    {
        using var stranger = new HttpClient { BaseAddress = jobs.Application.Ingress };

        using var response = await stranger.PostAsync(
            $"/webhook/midjourney/{new string('A', 110)}", new StringContent("""{"id":"1","status":"SUCCESS"}"""), Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mjk_not-a-key-of-ours-at-all-0000000000")]
    public async Task Without_a_right_key_the_answer_is_401_and_says_how(string? key)
    {
        using var stranger = new HttpClient { BaseAddress = jobs.Application.Gateway };
        if (key is not null)
            stranger.DefaultRequestHeaders.Authorization = new("Bearer", key);

        using var response = await stranger.PostAsync("/mcp", new StringContent("{}"), Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate_image", """{"prompt":""}""", "E_PROMPT_EMPTY")]
    [InlineData("generate_image", """{"prompt":"x","colour":"red"}""", "E_UNKNOWN_ARGUMENT")]
    [InlineData("get_job_status", """{"job_id":"01936b5e-0000-7000-8000-000000000000"}""", "E_JOB_NOT_FOUND")]
    public async Task A_mistake_is_a_tool_error_with_a_stable_code(string tool, string arguments, string code)
    {
        await using var mcp = await jobs.Application.McpAsync();

        var result = await mcp.CallToolAsync(
            tool, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments), cancellationToken: Cancellation);

        Assert.True(result.IsError);
        Assert.Contains(code, result.Content.OfType<TextContentBlock>().First().Text, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> GenerateAsync(McpClient mcp, string prompt)
    {
        var started = await CallAsync(mcp, "generate_image", new() { ["prompt"] = prompt });
        return await Eventually.GetAsync(async () =>
        {
            var job = await CallAsync(mcp, "get_job_status", new() { ["job_id"] = IdOf(started) });
            return job["status"]!.GetValue<string>() switch
            {
                "completed" => job,
                "pending" or "processing" => null,
                var other => throw new InvalidOperationException($"The job is {other}: {job}"),
            };
        }, "the picture");
    }

    private static async Task<JsonObject> CallAsync(McpClient mcp, string tool, Dictionary<string, object?> arguments)
    {
        var result = await mcp.CallToolAsync(tool, arguments, cancellationToken: Cancellation);
        Assert.NotEqual(true, result.IsError);
        return JsonNode.Parse(result.StructuredContent!.Value.GetRawText())!.AsObject();
    }

    private static string IdOf(JsonObject body) => (body["job_id"] ?? body["data"]?["job_id"])!.GetValue<string>();

    private static (int Width, int Height) SizeOfPng(byte[] png) => (
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
}
