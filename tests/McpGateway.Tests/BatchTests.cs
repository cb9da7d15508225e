using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary><c>generate_image</c> with <c>count</c>: one prompt, several jobs; and with <c>format</c>.</summary>
public sealed class BatchTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_is_made_at_once_under_one_idempotency_key()
    {
        gateway.Stub.Requests.Clear();
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x", ["count"] = 3, ["seed"] = uint.MaxValue });

        var structured = result["structuredContent"]!;
        var batch = structured["batch"]!.AsArray().Select(id => (string)id!).ToArray();
        Assert.Equal((3, (string?)structured["job_id"]), (batch.Distinct().Count(), batch[0]));
        var asked = Assert.Single(gateway.Stub.Requests, request => request.Method == "POST");
        Assert.Equal("/api/batches", asked.Path);
        Assert.NotEmpty(asked.Headers["Idempotency-Key"]);
        Assert.Equal("""{"count":3,"operation":"imagine","input_data":{"prompt":"x","seed":4294967295}}""", asked.Body);
        Assert.All(batch, id => Assert.Contains(id, (string)result["content"]![0]!["text"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Imagine_draws_several_times_and_says_where_they_are()
    {
        gateway.Stub.Requests.Clear();
        using var http = gateway.CreateClient();
        http.DefaultRequestHeaders.Add("Idempotency-Key", "a key");
        using var response = await http.PostAsJsonAsync("/imagine", new { prompt = "x", count = 2, seed = 7 }, Token);
        var started = (await response.Content.ReadFromJsonAsync<JsonObject>(Token))!;
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var asked = Assert.Single(gateway.Stub.Requests);
        Assert.Equal(("/api/batches", "a key"), (asked.Path, asked.Headers["Idempotency-Key"]));
        Assert.Equal(((string?)started["batch"]![0], 2), ((string?)started["job_id"], started["batch"]!.AsArray().Count));
        var batch = await http.GetFromJsonAsync<JsonObject>($"/api/batches/{(string)started["batch_id"]!}", Token);
        Assert.Equal(2, (int)batch!["batch"]!["size"]!);

        foreach (var wrong in new[] { 0, 5 })
        {
            using var refused = await http.PostAsJsonAsync("/imagine", new { prompt = "x", count = wrong }, Token);
            Assert.Equal("E_UNKNOWN_ARGUMENT", (string?)(await refused.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"]);
        }
    }

    [Theory]
    [InlineData("/api/batches", """{"prompts":["a","b","c"]}""", "utf-8")]
    [InlineData("/api/batches", """{"Prompts":["a","b","c"],"count":1}""", "utf-16")]
    [InlineData("/api/batches", """{"count":3,"count":"2"}""", "utf-8")]
    [InlineData("/imagine", """{"prompt":"x","count":3}""", "utf-8")]
    public async Task A_request_takes_as_many_tokens_as_it_draws(string address, string body, string charset)
    {
        var (_, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text);
        using var content = new StringContent(body, Encoding.GetEncoding(charset), "application/json");
        using var response = await http.PostAsync(address, content, Token);
        Assert.Contains("generate", response.Headers.GetValues("RateLimit-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("99997", response.Headers.GetValues("RateLimit-Remaining").Single());
    }

    [Fact]
    public async Task A_batch_takes_from_the_bucket_as_often_as_it_draws()
    {
        await using var service = await gateway.StartAnotherAsync(("Limiting:Generate:Burst", "5"), ("Limiting:Generate:PerMinute", "1"));
        var (key, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text, service.Address);
        Assert.Null((await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x", ["count"] = 3 }))["isError"]);
        var refused = await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x", ["count"] = 3 });
        Assert.Equal("E_RATE_LIMITED", (string?)refused["structuredContent"]!["error"]!["code"]);
        Assert.Null((await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x", ["count"] = 2 }))["isError"]); // refused ones take nothing

        using var admin = gateway.CreateClient();
        var entries = await Eventually.GetAsync(async () =>
        {
            var page = (await admin.GetFromJsonAsync<JsonObject>($"/api/audit?key_id={key.Id}", TestContext.Current.CancellationToken))!["entries"]!.AsArray();
            return page.Count >= 5 ? page : null;
        }, "each job of the batches to be noted");
        Assert.Equal(5, entries.Select(entry => (string?)entry!["target"]).Distinct().Count());
    }

    [Fact]
    public async Task Links_open_in_the_format_that_was_asked_for()
    {
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(job, StubServices.Finish);
        gateway.Stub.Change(job, it => it["input_data"]!["format"] = "webp");
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "get_job_status", new() { ["job_id"] = job.ToString() });
        Assert.All(result["structuredContent"]!["images"]!.AsArray(), image =>
            Assert.Equal(($"http://pictures.test/i/{(string)image!["image_id"]!}?e=1&s=x&format=webp", "image/webp"), ((string?)image["url"], (string?)image["mime_type"])));
        Assert.All(result["content"]!.AsArray().Skip(1), link => Assert.EndsWith("&format=webp", (string)link!["uri"]!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"prompt":"x","count":0}""")]
    [InlineData("""{"prompt":"x","count":5}""")]
    [InlineData("""{"prompt":"x","count":1.5}""")]
    [InlineData("""{"prompt":"x","format":"gif"}""")]
    [InlineData("""{"prompt":"x","seed":-1}""")]
    [InlineData("""{"prompt":"x","seed":4294967296}""")]
    [InlineData("""{"prompt":"x","seed":99999999999999999999}""")]
    public async Task What_cannot_be_made_is_refused(string arguments)
    {
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "generate_image", JsonNode.Parse(arguments)!.AsObject());
        Assert.Equal("E_INVALID_ARGUMENT", (string?)result["structuredContent"]!["error"]!["code"]);
    }
}
