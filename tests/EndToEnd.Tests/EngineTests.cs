using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.EndToEnd.Tests.Faults;
using MjAspire.Testing;

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
            ["midjourney", "flux-schnell", "sdxl-lightning", "sdxl-base", "gpt-image-1", "sandbox-links"],
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
        var job = await RunAsync(new { prompt = $"a harbour by {model}", model, aspect_ratio = "16:9" });

        Assert.Equal("DONE", job["status"]!.GetValue<string>());
        var picture = Assert.Single(job["artifacts"]!.AsArray())!;
        Assert.Equal((width, height), (picture["width"]!.GetValue<int>(), picture["height"]!.GetValue<int>()));
        using var anonymous = new HttpClient();
        var bytes = await anonymous.GetByteArrayAsync(picture["download_url"]!.GetValue<string>(), Cancellation);
        Assert.Equal(picture["size"]!.GetValue<long>(), bytes.Length);
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
