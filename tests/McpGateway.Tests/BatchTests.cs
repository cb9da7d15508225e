using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary><c>generate_image</c> with <c>count</c>: one prompt, several jobs; and with <c>format</c>.</summary>
public sealed class BatchTests(Gateway gateway) : IClassFixture<Gateway>
{
    [Fact]
    public async Task A_batch_is_as_many_jobs_each_with_an_idempotency_key_of_its_own()
    {
        gateway.Stub.Requests.Clear();
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x", ["count"] = 3 });

        var structured = result["structuredContent"]!;
        var batch = structured["batch"]!.AsArray().Select(id => (string)id!).ToArray();
        Assert.Equal((3, (string?)structured["job_id"]), (batch.Distinct().Count(), batch[0]));
        Assert.Equal(3, gateway.Stub.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct().Count());
        Assert.All(batch, id => Assert.Contains(id, (string)result["content"]![0]!["text"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_batch_that_is_cut_short_says_how_far_it_came()
    {
        var asked = 0;
        gateway.Stub.Instead = async context =>
        {
            if (Interlocked.Increment(ref asked) <= 2)
                return false;
            context.Response.StatusCode = 409;
            context.Response.ContentType = "application/problem+json";
            await context.Response.WriteAsync("""{"detail":"No more.","code":"E_NOT_ALLOWED"}""");
            return true;
        };
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x", ["count"] = 4 });
        gateway.Stub.Instead = null;
        Assert.Null(result["isError"]);
        Assert.Equal(2, result["structuredContent"]!["batch"]!.AsArray().Count);
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
    public async Task What_cannot_be_made_is_refused(string arguments)
    {
        using var http = gateway.CreateClient();
        var result = await Rpc.CallAsync(http, "generate_image", JsonNode.Parse(arguments)!.AsObject());
        Assert.Equal("E_INVALID_ARGUMENT", (string?)result["structuredContent"]!["error"]!["code"]);
    }
}
