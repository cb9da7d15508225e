using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>What lies behind the gateway is what the gateway says it is: the API document, and the tools, against the real services.</summary>
public sealed class WholeSystemTests(WholeSystem system) : IClassFixture<WholeSystem>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_of_the_services_behind_answers_as_the_document_says()
    {
        var document = (await system.Http.GetFromJsonAsync<JsonObject>("/openapi/v1.json", Token))!;
        var calls = new DocumentedCalls(system.Http, document);
        await TryJobsAsync(calls);
        await TryBatchesAsync(calls);
        await TryEnginesAsync(calls);
        await TryImagesAsync(calls);
        await TryWebhooksAsync(calls);
        Assert.True(calls.Problems.Count == 0, string.Join('\n', calls.Problems));

        var behind = document["paths"]!.AsObject()
            .Where(path => path.Key.StartsWith("/api/", StringComparison.Ordinal) || path.Key.StartsWith("/images", StringComparison.Ordinal) || path.Key == "/i/{id}")
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"))
            .Where(operation => !operation.Contains("/api/keys", StringComparison.Ordinal) && operation != "GET /api/audit");
        Assert.Empty(behind.Except(calls.Answered));
    }

    [Fact]
    public async Task A_picture_is_shown_to_an_agent_as_the_store_makes_it_small()
    {
        var image = await system.StoreAsync(Guid.CreateVersion7());
        foreach (var (width, wanted) in new (int?, int)[] { (null, 512), (100, 128) })
        {
            var result = await Rpc.CallAsync(system.Http, "get_image", new() { ["image_id"] = image.ToString(), ["width"] = width });
            var block = result["content"]!.AsArray().Single(block => (string?)block!["type"] == "image")!;
            Assert.Equal("image/jpeg", (string?)block["mimeType"]);
            var bytes = Convert.FromBase64String((string)block["data"]!);
            Assert.InRange(bytes.Length, 1_000, 200 << 10);
            Assert.Equal(Math.Min(wanted, (int)result["structuredContent"]!["width"]!), JpegWidth(bytes));
            var link = new Uri((string)result["structuredContent"]!["url"]!);
            using var full = await system.Http.GetAsync(link.PathAndQuery, Token);
            Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (full.StatusCode, full.Content.Headers.ContentType?.MediaType));
            using var webp = await system.Http.GetAsync(link.PathAndQuery + "&format=webp", Token);
            Assert.Equal((HttpStatusCode.OK, "image/webp"), (webp.StatusCode, webp.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task The_format_asked_for_is_kept_with_the_job()
    {
        var made = await Rpc.CallAsync(system.Http, "generate_image", new() { ["prompt"] = "x", ["format"] = "webp", ["count"] = 2 });
        foreach (var job in made["structuredContent"]!["batch"]!.AsArray())
        {
            var pulled = await Rpc.CallAsync(system.Http, "pull_job", new() { ["job_id"] = (string)job! });
            Assert.Equal("webp", (string?)pulled["structuredContent"]!["job"]!["input_data"]!["format"]);
            Assert.Null((await Rpc.CallAsync(system.Http, "cancel_job", new() { ["job_id"] = (string)job! }))["isError"]);
        }
    }

    private static async Task TryJobsAsync(DocumentedCalls calls)
    {
        await calls.AnswerAsync("GET", "/api/models", "/api/models");
        var external = await MakeAsync("""{"input_data":{"a":1},"metadata":{"user_id":"u"}}""");
        await calls.AnswerAsync("POST", "/api/jobs/{id}/status", $"/api/jobs/{external}/status", """{"status":"RUNNING","progress":{"percentage":40,"current_step":"x"}}""");
        await calls.AnswerAsync("POST", "/api/jobs/{id}/status", $"/api/jobs/{external}/status", """{"status":"NEEDS_INPUT","message":"Which?"}""");
        await calls.AnswerAsync("POST", "/api/jobs/{id}/answer", $"/api/jobs/{external}/answer", """{"which":"that"}""");
        await calls.AnswerAsync("POST", "/api/jobs/{id}/complete", $"/api/jobs/{external}/complete",
            """{"final_status":"DONE","summary":{"n":1},"final_artifacts":[{"name":"a","path":"b","size":3}],"completion_message":"Done."}""");
        await calls.AnswerAsync("POST", "/api/jobs/{id}/complete", $"/api/jobs/{external}/complete", """{"final_status":"FAILED"}""");
        await calls.AnswerAsync("GET", "/api/jobs/{id}", $"/api/jobs/{external}?include_history=true");
        await calls.AnswerAsync("GET", "/api/jobs/{id}", $"/api/jobs/{Guid.CreateVersion7()}");

        var picture = await MakeAsync("""{"kind":"image","input_data":{"prompt":"a fox","images":[]}}""");
        await calls.AnswerAsync("DELETE", "/api/jobs/{id}", $"/api/jobs/{picture}");
        await calls.AnswerAsync("POST", "/api/jobs/{id}/retry", $"/api/jobs/{picture}/retry", "");
        await calls.AnswerAsync("GET", "/api/jobs/{id}", $"/api/jobs/{picture}?include_history=true");
        foreach (var wrong in new[] { """{"kind":"image","input_data":{"prompt":""}}""", """{"kind":"image","operation":"fly"}""", """{"kind":"image","operation":"upscale","input_data":{"index":1}}""", "{", "[]" })
            await calls.AnswerAsync("POST", "/api/jobs", "/api/jobs", wrong);
        await calls.AnswerAsync("GET", "/api/jobs", "/api/jobs?limit=2");
        await calls.AnswerAsync("GET", "/api/jobs", "/api/jobs?status=DONE,FAILED&kind=external&text=x&created_after=2026-01-01T00:00:00Z");
        foreach (var wrong in new[] { "limit=0", "status=MAYBE", "kind=x", "cursor=x", "created_after=x" })
            await calls.AnswerAsync("GET", "/api/jobs", $"/api/jobs?{wrong}");

        async Task<string> MakeAsync(string body) => (string)(await calls.AnswerAsync("POST", "/api/jobs", "/api/jobs", body))!["job_id"]!;
    }

    private static async Task TryBatchesAsync(DocumentedCalls calls)
    {
        var made = await calls.AnswerAsync("POST", "/api/batches", "/api/batches", """{"prompts":["a fox","a hen"],"input_data":{"aspect_ratio":"16:9","seed":4294967295}}""");
        var batch = (string)made!["batch_id"]!;
        var shown = await calls.AnswerAsync("GET", "/api/batches/{id}", $"/api/batches/{batch}");
        Assert.Equal(2, shown!["batch"]!["jobs"]!.AsArray().Count);
        await calls.AnswerAsync("GET", "/api/jobs/{id}", $"/api/jobs/{(string)made["jobs"]![0]!["job_id"]!}");
        await calls.AnswerAsync("DELETE", "/api/batches/{id}", $"/api/batches/{batch}");
        await calls.AnswerAsync("GET", "/api/batches/{id}", $"/api/batches/{Guid.CreateVersion7()}");
        foreach (var wrong in new[] { "{}", """{"count":51,"prompt":"x"}""", """{"prompts":["x",""]}""", """{"count":1,"prompt":"x","input_data":{"seed":-1}}""", "[]" })
            await calls.AnswerAsync("POST", "/api/batches", "/api/batches", wrong);
    }

    private async Task TryEnginesAsync(DocumentedCalls calls)
    {
        const string Secret = "sk-never-to-be-seen-again";
        await calls.AnswerAsync("GET", "/api/engines", "/api/engines");
        foreach (var (engine, key) in new[] { ("openai", Secret), ("openai", "two words"), ("midjourney", Secret), ("nobody", Secret) })
            await calls.AnswerAsync("PUT", "/api/engines/{engine}/accounts/{name}/key", $"/api/engines/{engine}/accounts/default/key", $$"""{"key":"{{key}}"}""");
        var listed = await calls.AnswerAsync("GET", "/api/engines", "/api/engines");
        Assert.Contains("stored", listed!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, listed.ToJsonString(), StringComparison.Ordinal);
        await calls.AnswerAsync("POST", "/api/engines/{engine}/accounts/{name}/test", "/api/engines/openai/accounts/default/test", "");
        await calls.AnswerAsync("DELETE", "/api/engines/{engine}/accounts/{name}/key", "/api/engines/openai/accounts/default/key");

        var notes = await Eventually.GetAsync(async () =>
        {
            var page = await system.Http.GetStringAsync("/api/audit?limit=200", Token);
            return page.Contains("DELETE /api/engines/{engine}/accounts/{name}/key", StringComparison.Ordinal) ? page : null;
        }, "what was done to the engines to be noted");
        Assert.Contains("/api/engines/openai/accounts/default/key", notes, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, notes, StringComparison.Ordinal);
    }

    private async Task TryImagesAsync(DocumentedCalls calls)
    {
        var image = await system.StoreAsync(Guid.CreateVersion7());
        var said = await calls.AnswerAsync("GET", "/images/{id}", $"/images/{image}");
        foreach (var variant in new[] { "w=64&format=webp", "encoding=base64&w=64", "w=1", "format=bmp", "encoding=hex" })
            await calls.AnswerAsync("GET", "/images/{id}", $"/images/{image}?{variant}");
        await calls.AnswerAsync("GET", "/images/{id}/content", $"/images/{image}/content?w=64&format=png");
        await calls.AnswerAsync("PATCH", "/images/{id}", $"/images/{image}", """{"tags":["sea"],"description":"A light."}""");
        await calls.AnswerAsync("PATCH", "/images/{id}", $"/images/{image}", """{"tags":[""]}""");
        var found = await calls.AnswerAsync("GET", "/images", "/images?q=lighthouse&tag=sea&limit=5");
        Assert.Equal(image.ToString(), (string?)found!["images"]!.AsArray().Single()!["image_id"]);
        await system.StoreAsync(Guid.CreateVersion7());
        var page = await calls.AnswerAsync("GET", "/images", "/images?limit=1");
        await calls.AnswerAsync("GET", "/images", $"/images?limit=1&cursor={(string)page!["next_cursor"]!}");
        foreach (var wrong in new[] { "limit=0", "cursor=x", "job_id=x", "from=x" })
            await calls.AnswerAsync("GET", "/images", $"/images?{wrong}");

        var link = new Uri((string)said!["download_url"]!).PathAndQuery;
        await calls.AnswerAsync("GET", "/i/{id}", link);
        await calls.AnswerAsync("GET", "/i/{id}", link + "&w=1");
        await calls.AnswerAsync("GET", "/i/{id}", $"/i/{image}?e=1&s=x");
        await calls.AnswerAsync("DELETE", "/images/{id}", $"/images/{image}");
        await calls.AnswerAsync("DELETE", "/images/{id}", $"/images/{image}");
        await calls.AnswerAsync("GET", "/i/{id}", link);
    }

    private async Task TryWebhooksAsync(DocumentedCalls calls)
    {
        var hook = new Uri(system.Receiver, "/hook");
        await calls.AnswerAsync("POST", "/api/register", "/api/register", $$"""{"webhook_url":"{{hook}}"}""");
        await calls.AnswerAsync("POST", "/api/register", "/api/register", """{"webhook_url":"nowhere"}""");
        await calls.AnswerAsync("GET", "/api/webhooks", "/api/webhooks");
        await calls.AnswerAsync("POST", "/api/push", "/api/push", """{"message":"hello"}""");
        await calls.AnswerAsync("POST", "/api/push", "/api/push", """{"message":""}""");
        await calls.AnswerAsync("POST", "/api/unregister", "/api/unregister", $$"""{"webhook_url":"{{hook}}"}""");

        var endpoint = (string)(await calls.AnswerAsync("POST", "/api/endpoints", "/api/endpoints", $$"""{"url":"{{hook}}","events":["job.*"]}"""))!["id"]!;
        foreach (var wrong in new[] { """{"url":"nowhere","events":["job.*"]}""", $$"""{"url":"{{hook}}2","events":["job.unheard"]}""", $$"""{"url":"{{hook}}2","events":["*"],"secret":"x"}""" })
            await calls.AnswerAsync("POST", "/api/endpoints", "/api/endpoints", wrong);
        await calls.AnswerAsync("GET", "/api/endpoints", "/api/endpoints");
        await calls.AnswerAsync("GET", "/api/endpoints/{id}", $"/api/endpoints/{endpoint}");
        await calls.AnswerAsync("PATCH", "/api/endpoints/{id}", $"/api/endpoints/{endpoint}", """{"description":"x"}""");
        await calls.AnswerAsync("POST", "/api/endpoints/{id}/secret/rotate", $"/api/endpoints/{endpoint}/secret/rotate", "{}");
        var tested = await calls.AnswerAsync("POST", "/api/endpoints/{id}/test", $"/api/endpoints/{endpoint}/test", "");
        var delivery = (string)tested!["delivery_id"]!;
        await calls.AnswerAsync("GET", "/api/endpoints/{id}/deliveries", $"/api/endpoints/{endpoint}/deliveries?limit=5");
        await calls.AnswerAsync("GET", "/api/endpoints/{id}/deliveries", $"/api/endpoints/{endpoint}/deliveries?status=x");
        await calls.AnswerAsync("POST", "/api/endpoints/{id}/replay", $"/api/endpoints/{endpoint}/replay?since=2026-01-01T00:00:00Z", "");
        await calls.AnswerAsync("POST", "/api/endpoints/{id}/replay", $"/api/endpoints/{endpoint}/replay", "");
        await calls.AnswerAsync("GET", "/api/deliveries/{id}", $"/api/deliveries/{delivery}");
        await calls.AnswerAsync("POST", "/api/deliveries/{id}/replay", $"/api/deliveries/{delivery}/replay", "");
        await calls.AnswerAsync("DELETE", "/api/endpoints/{id}", $"/api/endpoints/{endpoint}");
        await calls.AnswerAsync("GET", "/api/endpoints/{id}", $"/api/endpoints/{endpoint}");
    }

    /// <summary>From the frame's header: <c>FF C0..CF, length, 8, height, width</c>.</summary>
    private static int JpegWidth(byte[] jpeg)
    {
        for (var at = 2; ; at += 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]))
        {
            if (jpeg[at + 1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return jpeg[at + 7] << 8 | jpeg[at + 8];
        }
    }
}
