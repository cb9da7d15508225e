using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Keys;

namespace MjAspire.McpGateway.Tests;

/// <summary>What one owner has, another does not see, whatever route is tried.</summary>
public sealed class IsolationTests(Gateway gateway) : IClassFixture<Gateway>
{
    /// <summary>Where the stub keeps things for their owners; elsewhere it only echoes.</summary>
    private static readonly string[] Kept =
    [
        "GET /api/jobs/{id}", "DELETE /api/jobs/{id}", "POST /api/jobs/{id}/answer", "POST /api/jobs/{id}/status", "POST /api/jobs/{id}/complete",
        "GET /api/batches/{id}", "DELETE /api/batches/{id}",
        "GET /jobs/{job_id:guid}", "GET /images/{id:guid}", "GET /images/{id:guid}/content",
    ];

    /// <summary>They end when the reader goes; tests of their own say what is on them.</summary>
    private static readonly string[] Streams = ["GET /events", "GET /ws", "GET /mcp", "GET /sse"];

    private const string Secret = "a secret of the victim";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_route_shows_or_changes_what_is_another_owners()
    {
        var (victim, _) = await gateway.CreateKeyAsync();
        var (stranger, text) = await gateway.CreateKeyAsync();
        var job = gateway.Stub.Add(victim.OwnerId);
        gateway.Stub.Change(job, StubServices.Finish);
        gateway.Stub.Change(job, it => it["input_data"]!["note"] = Secret);
        var image = gateway.Stub.ImageOf(job);
        var batch = gateway.Stub.AddBatch(victim.OwnerId, job);
        using var http = gateway.CreateClient(text);

        foreach (var route in Route.All(gateway).Where(route => !Streams.Contains($"{route.Method} {route.Pattern}", StringComparer.Ordinal) && !IsForAdministrators(route)))
            foreach (var id in new[] { job, image, batch })
            {
                gateway.Stub.Requests.Clear();
                using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path(id.ToString())) { Content = BodyOf(route, job, image) };
                request.Headers.Add("X-Owner-Id", victim.OwnerId.ToString());
                using var response = await http.SendAsync(request, Token);
                var answer = await response.Content.ReadAsStringAsync(Token);

                // Whoever is asked behind the gateway is asked on the stranger's behalf, or on nobody's; and nothing of the victim comes back.
                Assert.All(gateway.Stub.Requests, received =>
                {
                    var behalf = received.Headers.GetValueOrDefault("X-Owner-Id");
                    Assert.True(behalf == stranger.OwnerId.ToString() || behalf is null && route.IsOpen, $"{route.Method} {route.Pattern} asks for {behalf}");
                });
                Assert.False(answer.Contains(Secret, StringComparison.Ordinal), $"{route.Method} {route.Pattern}: {answer}");
                if (Kept.Contains($"{route.Method} {route.Pattern}", StringComparer.Ordinal))
                    Assert.True(HttpStatusCode.NotFound == response.StatusCode, $"{route.Method} {route.Pattern}: {response.StatusCode}");
            }
    }

    [Fact]
    public async Task No_tool_shows_or_changes_what_is_another_owners()
    {
        var (victim, _) = await gateway.CreateKeyAsync();
        var (stranger, text) = await gateway.CreateKeyAsync();
        var job = gateway.Stub.Add(victim.OwnerId);
        gateway.Stub.Change(job, StubServices.Finish);
        gateway.Stub.Change(job, it => it["input_data"]!["note"] = Secret);
        var image = gateway.Stub.ImageOf(job);
        using var http = gateway.CreateClient(text);

        var tools = (await Rpc.Stateless("tools/list").SendAsync(http)).Result["tools"]!.AsArray();
        foreach (var tool in tools.Select(tool => tool!.AsObject()))
            foreach (var target in new[] { job.ToString(), $"mj://jobs/{job}", $"mj://images/{image}", image.ToString() })
            {
                var name = (string)tool["name"]!;
                gateway.Stub.Requests.Clear();
                var result = await Rpc.CallAsync(http, name, Arguments(tool["inputSchema"]!, target));
                var error = (string?)result["structuredContent"]!["error"]?["code"];

                Assert.All(gateway.Stub.Requests, received => Assert.True(
                    received.Headers.GetValueOrDefault("X-Owner-Id") == stranger.OwnerId.ToString(), $"{name} asks for {received.Headers.GetValueOrDefault("X-Owner-Id")}"));
                Assert.DoesNotContain(Secret, result.ToJsonString(), StringComparison.Ordinal);
                Assert.True(error is null or "E_JOB_NOT_FOUND" or "E_IMAGE_NOT_FOUND" or "E_IMAGES", $"{name} {target}: {result}");

                // A tool that goes on from something of its own accord asks for it first; the others hand the name on, and JobService refuses it.
                if (TakesTarget(tool) && !gateway.Stub.Requests.Any(received => received is { Method: "POST", Path: "/api/jobs" }))
                    Assert.True(error is not null, $"{name} {target}: {result}");
            }
    }

    private static bool TakesTarget(JsonObject tool) => tool["inputSchema"]!["required"]?.AsArray().Any(name => (string?)name is "job_id" or "image_id") == true;

    /// <summary>Whatever the schema asks for; where it asks for something of someone's, the victim's.</summary>
    private static JsonObject Arguments(JsonNode schema, string target)
    {
        var arguments = new JsonObject();
        foreach (var name in schema["required"]?.AsArray().Select(name => (string)name!) ?? [])
            arguments[name] = name switch
            {
                "job_id" or "image" or "image_id" => target,
                "images" => new JsonArray(target, target),
                "webhook_url" => "https://hook.example/",
                "status" => "RUNNING",
                "final_status" => "DONE",
                _ => "a word",
            };
        foreach (var (name, value) in new (string, JsonNode)[] { ("answer", new JsonObject { ["a"] = 1 }), ("index", 1), ("prompt", "a word") })
        {
            if (schema["properties"]![name] is not null)
                arguments[name] = value;
        }
        return arguments;
    }

    [Fact]
    public async Task The_version_one_owner_chose_is_not_anothers()
    {
        var (_, one) = await gateway.CreateKeyAsync();
        var (_, two) = await gateway.CreateKeyAsync();
        using var first = gateway.CreateClient(one);
        using var second = gateway.CreateClient(two);
        await first.PutAsJsonAsync("/version", new { version = "5.2" }, Token);
        Assert.Equal("default", (string?)(await second.GetFromJsonAsync<JsonObject>("/version", Token))!["version"]);
    }

    [Fact]
    public async Task Only_an_administrator_sees_keys_settings_and_the_audit_log()
    {
        var (_, text) = await gateway.CreateKeyAsync(key => key with { Scopes = [.. Scopes.All.Except([Scopes.Admin])] });
        using var http = gateway.CreateClient(text);
        foreach (var route in Route.All(gateway).Where(IsForAdministrators))
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path(Guid.CreateVersion7().ToString()));
            Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(request, Token)).StatusCode);
        }
    }

    private static bool IsForAdministrators(Route route) => route.Scopes is ["admin"];

    private static StringContent? BodyOf(Route route, Guid job, Guid image) => route.Method is not ("POST" or "PUT" or "PATCH") ? null : new(
        route.Pattern switch
        {
            "/upscale" => $$"""{"image_id":"{{image}}"}""",
            "/variation" => $$"""{"job_id":"{{job}}","index":1}""",
            "/api/batches" => """{"prompts":["a word"]}""",
            "/version" => """{"version":"default"}""",
            _ => "{}",
        },
        Encoding.UTF8, "application/json");
}
