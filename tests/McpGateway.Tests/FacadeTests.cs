using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Tests;

/// <summary>The short routes: one request, one picture.</summary>
public sealed class FacadeTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Imagine_answers_with_a_job_and_where_to_ask_for_it()
    {
        using var http = gateway.CreateClient();
        gateway.Stub.Requests.Clear();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/imagine")
        {
            Headers = { { "Idempotency-Key", "mine" } },
            Content = JsonContent.Create(new { prompt = "a lighthouse", aspect_ratio = "16:9", negative_prompt = "people", format = "webp" }),
        };
        using var response = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var started = (await response.Content.ReadFromJsonAsync<JsonObject>(Token))!;
        Assert.Equal("pending", (string?)started["status"]);
        Assert.Equal($"/jobs/{(string?)started["job_id"]}", response.Headers.Location!.OriginalString);

        var received = Assert.Single(gateway.Stub.Requests);
        Assert.Equal("mine", received.Headers["Idempotency-Key"]);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"kind":"image","operation":"imagine","metadata":{},"input_data":{"prompt":"a lighthouse","aspect_ratio":"16:9","negative_prompt":"people","format":"webp"}}"""),
            JsonNode.Parse(received.Body)), received.Body);
        using var wrong = await http.PostAsJsonAsync("/imagine", new { prompt = "x", format = "gif" }, Token);
        Assert.Equal("E_UNKNOWN_ARGUMENT", await CodeAsync(wrong, HttpStatusCode.BadRequest));

        using var asked = await http.GetAsync(response.Headers.Location, Token);
        Assert.NotNull(asked.Headers.RetryAfter);
        Assert.Equal("pending", (string?)(await asked.Content.ReadFromJsonAsync<JsonObject>(Token))!["status"]);

        gateway.Stub.Change((Guid)started["job_id"]!, StubServices.Finish);
        var done = (await http.GetFromJsonAsync<JsonObject>(response.Headers.Location, Token))!;
        Assert.Equal(("completed", 100, 5), ((string?)done["status"], (int)done["progress"]!, done["images"]!.AsArray().Count));
        Assert.Null(done["next_poll_seconds"]);
    }

    [Theory]
    [InlineData("/upscale", "upscale")]
    [InlineData("/variation", "variation")]
    public async Task A_picture_is_gone_on_from_by_job_or_by_itself(string path, string operation)
    {
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(job, StubServices.Finish);
        using var http = gateway.CreateClient();
        foreach (var body in new JsonObject[] { new() { ["job_id"] = job, ["index"] = 2 }, new() { ["image_id"] = gateway.Stub.ImageOf(job), ["index"] = 2 } })
        {
            gateway.Stub.Requests.Clear();
            using var response = await http.PostAsJsonAsync(path, body, Token);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.True(JsonNode.DeepEquals(
                JsonNode.Parse($$$"""{"kind":"image","operation":"{{{operation}}}","metadata":{},"input_data":{"parent_job_id":"{{{job}}}","index":2}}"""),
                JsonNode.Parse(gateway.Stub.Requests.Single(request => request.Method == "POST").Body)));
        }

        using var nothing = await http.PostAsJsonAsync(path, new { index = 1 }, Token);
        Assert.Equal("E_PARENT_MISSING", await CodeAsync(nothing, HttpStatusCode.BadRequest));
        using var unknown = await http.PostAsJsonAsync(path, new { image_id = Guid.CreateVersion7() }, Token);
        Assert.Equal("E_IMAGE_NOT_FOUND", await CodeAsync(unknown, HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("6.1", "a fox", "a fox --v 6.1")]
    [InlineData("niji 6", "a fox", "a fox --niji 6")]
    [InlineData("default", "a fox", "a fox")]
    [InlineData("6.1", "a fox --v 5.2", "a fox --v 5.2")]
    public async Task The_version_an_owner_chose_holds_for_its_pictures(string version, string prompt, string sent)
    {
        var (_, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text);
        using var chosen = await http.PutAsJsonAsync("/version", new { version }, Token);
        Assert.Equal(HttpStatusCode.OK, chosen.StatusCode);
        Assert.Equal(version, (string?)(await http.GetFromJsonAsync<JsonObject>("/version", Token))!["version"]);
        Assert.Equal(sent, await PromptAsync(http, new { prompt }));
        Assert.Equal(prompt.Contains("--v", StringComparison.Ordinal) ? sent : "a fox --v 7", await PromptAsync(http, new { prompt, version = "7" }));

        using var unknown = await http.PutAsJsonAsync("/version", new { version = "99" }, Token);
        Assert.Equal("E_UNKNOWN_VERSION", await CodeAsync(unknown, HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_service_that_refuses_or_is_away_is_answered_in_kind()
    {
        using var http = gateway.CreateClient();
        using var unknown = await http.GetAsync($"/jobs/{Guid.CreateVersion7()}", Token);
        Assert.Equal("E_JOB_NOT_FOUND", await CodeAsync(unknown, HttpStatusCode.NotFound));

        await using var lonely = await gateway.StartAnotherAsync(("services:job-service:http:0", "http://127.0.0.1:9"));
        using var other = gateway.CreateClient(address: lonely.Address);
        using var away = await other.PostAsJsonAsync("/imagine", new { prompt = "x" }, Token);
        Assert.Equal("E_NETWORK_ERROR", await CodeAsync(away, HttpStatusCode.ServiceUnavailable));
        Assert.NotNull(away.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_picture_comes_as_metadata_as_bytes_or_as_both_in_json()
    {
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(job, StubServices.Finish);
        var image = gateway.Stub.ImageOf(job);
        using var http = gateway.CreateClient();
        Assert.Equal(image.ToString(), (string?)(await http.GetFromJsonAsync<JsonObject>($"/images/{image}", Token))!["image_id"]);

        gateway.Stub.Requests.Clear();
        Assert.Equal(gateway.Stub.Content, await http.GetByteArrayAsync($"/images/{image}?w=512&format=webp", Token));
        var received = Assert.Single(gateway.Stub.Requests);
        Assert.Equal(($"/images/{image}/content", "?w=512&format=webp"), (received.Path, received.Query));

        var both = (await http.GetFromJsonAsync<JsonObject>($"/images/{image}?encoding=base64&w=64", Token))!;
        Assert.Equal(image.ToString(), (string?)both["image_id"]);
        Assert.Equal(gateway.Stub.Content, Convert.FromBase64String((string)both["content"]!["data"]!));
        Assert.Equal(("image/jpeg", gateway.Stub.Content.Length), ((string?)both["content"]!["media_type"], (int)both["content"]!["bytes"]!));

        using var wrong = await http.GetAsync($"/images/{image}?encoding=hex", Token);
        Assert.Equal("E_ENCODING", await CodeAsync(wrong, HttpStatusCode.BadRequest));
        using var unknown = await http.GetAsync($"/images/{Guid.CreateVersion7()}?encoding=base64", Token);
        Assert.Equal("E_IMAGE_NOT_FOUND", await CodeAsync(unknown, HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_picture_too_large_for_json_says_what_to_do()
    {
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(job, StubServices.Finish);
        using var http = gateway.CreateClient();
        gateway.Stub.Content = new byte[(8 << 20) + 1];
        try
        {
            using var response = await http.GetAsync($"/images/{gateway.Stub.ImageOf(job)}?encoding=base64", Token);
            Assert.Equal("E_TOO_LARGE", await CodeAsync(response, HttpStatusCode.RequestEntityTooLarge));
        }
        finally
        {
            gateway.Stub.Content = new byte[1_000];
        }
    }

    private async Task<string?> PromptAsync(HttpClient http, object body)
    {
        gateway.Stub.Requests.Clear();
        using var response = await http.PostAsJsonAsync("/imagine", body, Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (string?)JsonNode.Parse(Assert.Single(gateway.Stub.Requests).Body)!["input_data"]!["prompt"];
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        Assert.Equal(expected, response.StatusCode);
        return (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"];
    }
}
