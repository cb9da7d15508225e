using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using MjAspire.EndToEnd.Tests.Faults;
using MjAspire.Testing;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MjAspire.EndToEnd.Tests;

/// <summary>Every engine over its own wire format, the sandbox at the other end.</summary>
[Collection<ActionDialect>]
public class EngineTests(ActionJobs jobs)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_catalogue_has_the_models_of_every_engine()
    {
        using var http = jobs.Application.Http();

        var models = (await http.GetFromJsonAsync<JsonObject>("/api/models", Cancellation))!["models"]!.AsArray();

        Assert.Equal(
            ["midjourney", "flux-schnell", "sdxl-lightning", "sdxl-base", "gpt-image-1", "sandbox-links", "sandbox-shared"],
            models.Select(model => model!["name"]!.GetValue<string>()));
        Assert.Equal("midjourney", models.Single(model => model!["is_default"]!.GetValue<bool>())!["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("flux-schnell", 1024, 1024)]
    [InlineData("sdxl-lightning", 1344, 768)]
    [InlineData("sdxl-base", 1344, 768)]
    [InlineData("gpt-image-1", 1536, 1024)]
    [InlineData("sandbox-links", 1536, 1024)]
    public async Task An_engine_that_answers_at_once_draws_a_picture_that_is_stored_and_served(string model, int width, int height)
    {
        await using var mcp = await jobs.Application.McpAsync();

        var job = await GenerateAsync(mcp, new() { ["prompt"] = $"a harbour by {model}", ["model"] = model, ["aspect_ratio"] = "16:9" });

        Assert.Equal("completed", job["status"]!.GetValue<string>());
        var picture = Assert.Single(job["images"]!.AsArray())!;
        Assert.Equal((width, height), (picture["width"]!.GetValue<int>(), picture["height"]!.GetValue<int>()));
        using var anonymous = new HttpClient();
        using var served = await anonymous.GetAsync(picture["url"]!.GetValue<string>(), Cancellation);
        Assert.Equal("image/png", served.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        Assert.Equal("PNG", Encoding.ASCII.GetString(await served.Content.ReadAsByteArrayAsync(Cancellation), 1, 3));
    }

    [Fact]
    public async Task A_picture_of_one_engine_is_edited_by_another()
    {
        var first = await RunAsync(new { prompt = "a harbour", model = "flux-schnell" });

        var edited = await RunAsync(new { prompt = "a harbour at night", model = "gpt-image-1", images = new[] { first["job_id"]!.GetValue<string>() } }, "edit");

        Assert.Equal("DONE", edited["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("flux-schnell", "quota", "E_PROVIDER_QUOTA")]
    [InlineData("gpt-image-1", "quota", "E_PROVIDER_QUOTA")]
    [InlineData("gpt-image-1", "moderated", "E_MODERATED")]
    [InlineData("sdxl-base", "not-a-picture", "E_IMAGE_INVALID")]
    [InlineData("gpt-image-1", "not-a-picture", "E_IMAGE_INVALID")]
    public async Task What_an_engine_refuses_fails_the_job_with_a_code(string model, string fault, string code)
    {
        var job = await RunAsync(new { prompt = $"a harbour --fault {fault}", model });

        Assert.Equal("FAILED", job["status"]!.GetValue<string>());
        Assert.Equal(code, job["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_picture_comes_from_the_second_account_when_the_first_has_no_quota_left()
    {
        const string Prompt = "a harbour for two accounts";
        await using var mcp = await jobs.Application.McpAsync();

        var job = await GenerateAsync(mcp, new() { ["prompt"] = Prompt, ["model"] = "sandbox-shared" });

        Assert.Equal("completed", job["status"]!.GetValue<string>());
        using var anonymous = new HttpClient();
        Assert.NotEmpty(await anonymous.GetByteArrayAsync(job["images"]![0]!["url"]!.GetValue<string>(), Cancellation));
        await using var database = await jobs.Application.DatabaseAsync("jobs");
        await using var connection = await database.OpenConnectionAsync(Cancellation);
        var attempts = await connection.QueryAsync<(string, string)>(
            "select provider, outcome from submit_attempts where job_id = @id order by number", new { id = job["job_id"]!.GetValue<Guid>() });
        Assert.Equal([("openai-spent", "Busy"), ("openai-spare", "Links")], attempts);
        using var sandbox = new HttpClient { BaseAddress = jobs.Application.Sandbox };
        var bought = await sandbox.GetFromJsonAsync<JsonArray>("/sandbox/purchases", Cancellation);
        Assert.Single(bought!, purchase => purchase!["prompt"]!.GetValue<string>() == Prompt);
    }

    [Theory]
    [InlineData("midjourney")]
    [InlineData("sdxl-base")]
    public async Task The_seed_that_was_asked_for_is_kept_with_the_picture(string model)
    {
        var job = await RunAsync(new { prompt = $"a harbour by chance, {model}", model, seed = 4_000_000_007 });

        Assert.Equal("DONE", job["status"]!.GetValue<string>());
        using var http = jobs.Application.Http();
        var picture = await http.GetFromJsonAsync<JsonObject>($"/images/{job["artifacts"]![0]!["image_id"]!.GetValue<string>()}", Cancellation);
        Assert.Equal(4_000_000_007, picture!["seed"]!.GetValue<long>());
    }

    /// <summary>A picture made as an agent has it made.</summary>
    private static async Task<JsonObject> GenerateAsync(McpClient mcp, Dictionary<string, object?> arguments)
    {
        var started = await CallAsync(mcp, "generate_image", arguments);
        return await Eventually.GetAsync(
            async () => await CallAsync(mcp, "get_job_status", new() { ["job_id"] = started["job_id"]!.GetValue<string>() }) is var job
                && job["status"]!.GetValue<string>() is "completed" or "failed" ? job : null,
            "the job to end");
    }

    private static async Task<JsonObject> CallAsync(McpClient mcp, string tool, Dictionary<string, object?> arguments)
    {
        var result = await mcp.CallToolAsync(tool, arguments, cancellationToken: Cancellation);
        Assert.False(result.IsError ?? false, result.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text);
        return JsonNode.Parse(result.StructuredContent!.Value.GetRawText())!.AsObject();
    }

    private async Task<JsonObject> RunAsync(object input, string operation = "imagine")
    {
        using var http = jobs.Application.Http();
        using var created = await http.PostAsJsonAsync("/api/jobs", new { kind = "image", operation, input_data = input }, Cancellation);
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync(Cancellation));
        var id = (await created.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["job_id"]!.GetValue<string>();
        return await Eventually.GetAsync(
            async () => (await http.GetFromJsonAsync<JsonObject>($"/api/jobs/{id}"))!["job"]!.AsObject() is var job
                && job["status"]!.GetValue<string>() is "DONE" or "FAILED" ? job : null,
            "the job to end");
    }
}
