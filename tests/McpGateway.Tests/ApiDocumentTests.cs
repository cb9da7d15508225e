using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>The API document lists what there is and says what is answered.</summary>
public sealed class ApiDocumentTests(Gateway gateway) : IClassFixture<Gateway>
{
    /// <summary>Pages about the API are not in it; a HEAD is a GET.</summary>
    private static readonly string[] NotInIt = ["GET /openapi/v1.json", "GET /docs/{file}", "HEAD /i/{id}"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_is_in_the_document_and_nothing_else()
    {
        var document = await ReadAsync();
        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);
        var written = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));
        var there = Route.All(gateway).Select(route => $"{route.Method} {Plain(route.Pattern)}").Except(NotInIt, StringComparer.Ordinal);
        Assert.Equal(there.Distinct().Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_what_it_needs_and_how_it_fails()
    {
        var document = await ReadAsync();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, item) in document["paths"]!.AsObject())
            foreach (var (method, operation) in item!.AsObject())
            {
                var name = $"{method} {path}";
                Assert.True(((string?)operation!["summary"])?.Length > 5, name);
                Assert.True(ids.Add((string)operation["operationId"]!), name);
                foreach (Match parameter in Regex.Matches(path, @"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
                    Assert.Contains(operation["parameters"]!.AsArray(), known => (string?)known!["name"] == parameter.Groups["name"].Value && (string?)known["in"] == "path");
                if (path is "/" or "/mcp" or "/sse" or "/health" or "/alive")
                    continue;
                var open = path == "/i/{id}" || path.StartsWith("/.well-known/", StringComparison.Ordinal);
                Assert.True(operation["security"] is JsonArray { Count: 0 } == open, name);
                Assert.True(operation["responses"]!.AsObject().Any(response => response.Key.StartsWith('2') || response.Key == "101"), name);
                if (!open)
                    Assert.All(new[] { "401", "403", "429", "503" }, status => Assert.NotNull(operation["responses"]![status]));
            }
    }

    [Fact]
    public async Task Every_example_is_what_its_schema_says()
    {
        var document = await ReadAsync();
        var count = 0;
        foreach (var (path, item) in document["paths"]!.AsObject())
            foreach (var (method, operation) in item!.AsObject())
            {
                Check(operation!["requestBody"]?["content"]);
                foreach (var (_, response) in operation["responses"]!.AsObject())
                    Check(response!["content"]);

                void Check(JsonNode? content)
                {
                    foreach (var (_, media) in content?.AsObject() ?? [])
                    {
                        if (media!["example"] is not { } example)
                            continue;
                        count++;
                        Assert.Equal("", Schema.Problem(example, media["schema"]!, document, $"{method} {path}"));
                    }
                }
            }
        Assert.True(count > 200, $"{count} examples");
    }

    [Fact]
    public async Task What_the_routes_answer_is_what_the_document_says()
    {
        using var admin = gateway.CreateClient();
        var calls = new DocumentedCalls(admin, await ReadAsync());
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        gateway.Stub.Change(job, StubServices.Finish);
        var image = gateway.Stub.ImageOf(job);

        var key = await calls.AnswerAsync("POST", "/api/keys", "/api/keys", """{"name":"x","scopes":["read"]}""");
        await calls.AnswerAsync("GET", "/api/keys", "/api/keys");
        await calls.AnswerAsync("POST", "/api/keys/{id}/rotate", $"/api/keys/{(string)key!["id"]!}/rotate", "{}");
        await calls.AnswerAsync("DELETE", "/api/keys/{id}", $"/api/keys/{(string)key["id"]!}");
        await calls.AnswerAsync("DELETE", "/api/keys/{id}", $"/api/keys/{Guid.CreateVersion7()}");
        await calls.AnswerAsync("POST", "/api/keys", "/api/keys", """{"name":""}""");
        await calls.AnswerAsync("GET", "/api/audit", "/api/audit");
        await calls.AnswerAsync("GET", "/config", "/config");
        await calls.AnswerAsync("PUT", "/config", "/config", """{"settings":{"limits":{"poll":{"burst":500,"per_minute":5000}}}}""");
        await calls.AnswerAsync("PUT", "/config", "/config", "{}");
        await calls.AnswerAsync("GET", "/version", "/version");
        await calls.AnswerAsync("PUT", "/version", "/version", """{"version":"default"}""");
        await calls.AnswerAsync("PUT", "/version", "/version", """{"version":"99"}""");
        await calls.AnswerAsync("POST", "/imagine", "/imagine", """{"prompt":"x"}""");
        await calls.AnswerAsync("POST", "/imagine", "/imagine", "nonsense");
        await calls.AnswerAsync("POST", "/upscale", "/upscale", $$"""{"job_id":"{{job}}","index":1}""");
        await calls.AnswerAsync("POST", "/variation", "/variation", "{}");
        await calls.AnswerAsync("GET", "/jobs/{job_id}", $"/jobs/{job}");
        await calls.AnswerAsync("GET", "/jobs/{job_id}", $"/jobs/{Guid.CreateVersion7()}");
        await calls.AnswerAsync("GET", "/api/jobs/{id}", $"/api/jobs/{job}");
        await calls.AnswerAsync("GET", "/api/jobs", "/api/jobs");
        await calls.AnswerAsync("POST", "/api/jobs", "/api/jobs", """{"kind":"image"}""");
        await calls.AnswerAsync("GET", "/api/models", "/api/models");
        await calls.AnswerAsync("GET", "/api/webhooks", "/api/webhooks");
        await calls.AnswerAsync("POST", "/api/push", "/api/push", """{"message":"hello"}""");
        await calls.AnswerAsync("POST", "/api/register", "/api/register", """{"webhook_url":"https://hook.example/"}""");
        await calls.AnswerAsync("GET", "/images/{id}", $"/images/{image}?encoding=hex");
        await calls.AnswerAsync("GET", "/ws", "/ws");
        Assert.True(calls.Problems.Count == 0, string.Join('\n', calls.Problems));
    }

    [Fact]
    public void Every_code_is_in_the_manual()
    {
        var manual = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "api.md"));
        Assert.All(ErrorCodes.All.Keys, code => Assert.Contains($"`{code}`", manual, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_pages_to_try_it_come_from_here_alone()
    {
        var page = await gateway.Anonymous.GetStringAsync("/docs/index.html", Token);
        Assert.Contains("swagger-ui", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        using var script = await gateway.Anonymous.GetAsync("/docs/swagger-ui-bundle.js", Token);
        Assert.True(script.IsSuccessStatusCode);
    }

    private static string Plain(string pattern) =>
        Regex.Replace(pattern, @"\{\**(?<name>\w+)(:\w+)?\}", "{${name}}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private async Task<JsonObject> ReadAsync() => (await gateway.Anonymous.GetFromJsonAsync<JsonObject>("/openapi/v1.json", Token))!;
}
