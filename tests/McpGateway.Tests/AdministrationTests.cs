using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.McpGateway.Auditing;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>Settings at run time, the audit log, and who may call from a web page.</summary>
public sealed class AdministrationTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_change_on_every_replica_and_go_back()
    {
        await using var replica = await gateway.StartAnotherAsync();
        using var admin = gateway.CreateClient();
        using var other = gateway.CreateClient(address: replica.Address);
        var before = (await admin.GetFromJsonAsync<JsonObject>("/config", Token))!;
        Assert.Equal(100_000, (int)before["effective_limits"]!["poll"]!["burst"]!);

        var changed = await PutAsync(admin, """{"settings":{"limits":{"poll":{"burst":7,"per_minute":60}},"version":"6","notice":"Maintenance at noon."}}""", HttpStatusCode.OK);
        Assert.Equal(7, (int)changed["effective_limits"]!["poll"]!["burst"]!);
        await Eventually.TrueAsync(
            async () => (await other.GetAsync($"/jobs/{Guid.CreateVersion7()}", Token)).Headers.GetValues("RateLimit-Limit").Single() == "7",
            "the other replica to follow");
        Assert.Equal("6", (string?)(await other.GetFromJsonAsync<JsonObject>("/version", Token))!["version"]);
        Assert.Contains("Maintenance at noon.", await gateway.Anonymous.GetStringAsync("/", Token), StringComparison.Ordinal);

        var late = await PutAsync(admin, $$"""{"settings":{},"revision":{{(long)before["revision"]!}}}""", HttpStatusCode.Conflict);
        Assert.Equal("E_CONFIG_CONFLICT", (string?)late["code"]);
        var back = await PutAsync(admin, $$"""{"settings":{},"revision":{{(long)changed["revision"]!}}}""", HttpStatusCode.OK);
        Assert.Equal(100_000, (int)back["effective_limits"]!["poll"]!["burst"]!);
        Assert.Equal("administrator", (string?)back["updated_by"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"settings":{"limits":{"poll":{"burst":0,"per_minute":60}}}}""")]
    [InlineData("""{"settings":{"limits":{"every":{"burst":1,"per_minute":60}}}}""")]
    [InlineData("""{"settings":{"limits":{"poll":null}}}""")]
    [InlineData("""{"settings":{"limits":null}}""")]
    [InlineData("""{"settings":{"version":"99"}}""")]
    public async Task A_setting_that_cannot_be_is_refused(string body)
    {
        using var admin = gateway.CreateClient();
        Assert.Equal("E_CONFIG", (string?)(await PutAsync(admin, body, HttpStatusCode.BadRequest))["code"]);
    }

    [Fact]
    public async Task Every_mutation_is_noted_with_who_what_when_and_outcome()
    {
        var (key, text) = await gateway.CreateKeyAsync(key => key with { Scopes = ["generate", "read"] });
        using var http = gateway.CreateClient(text);
        using var made = await http.PostAsJsonAsync("/imagine", new { prompt = "x" }, Token);
        await http.GetAsync(made.Headers.Location, Token);
        await http.PutAsJsonAsync("/version", new { version = "99" }, Token);
        await http.DeleteAsync($"/api/keys/{key.Id}", Token);

        using var admin = gateway.CreateClient();
        var entries = await Eventually.GetAsync(async () =>
        {
            var page = (await admin.GetFromJsonAsync<JsonObject>($"/api/audit?key_id={key.Id}", Token))!["entries"]!.AsArray();
            return page.Count >= 3 ? page : null;
        }, "the notes to be written");
        Assert.Equal(
            [
                ("DELETE /api/keys/{id:guid}", 403, "refused", $"/api/keys/{key.Id}"),
                ("PUT /version", 400, "refused", "/version"),
                ("POST /imagine", 202, "ok", made.Headers.Location!.OriginalString),
            ],
            entries.Select(entry => ((string)entry!["action"]!, (int)entry["status"]!, (string)entry["outcome"]!, (string)entry["target"]!)));
        Assert.All(entries, entry =>
        {
            Assert.Equal((key.OwnerId.ToString(), key.Name, "127.0.0.1"), ((string?)entry!["owner_id"], (string?)entry["key_name"], (string?)entry["address"]));
            Assert.InRange((DateTimeOffset)entry["at"]!, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(1));
        });

        var first = (await admin.GetFromJsonAsync<JsonObject>($"/api/audit?key_id={key.Id}&outcome=refused&limit=1", Token))!;
        Assert.Equal("DELETE /api/keys/{id:guid}", (string?)first["entries"]!.AsArray().Single()!["action"]);
        var second = (await admin.GetFromJsonAsync<JsonObject>($"/api/audit?key_id={key.Id}&outcome=refused&limit=1&cursor={(string)first["next_cursor"]!}", Token))!;
        Assert.Equal("PUT /version", (string?)second["entries"]!.AsArray().Single()!["action"]);
        Assert.Null(second["next_cursor"]);
    }

    [Fact]
    public async Task A_tool_that_changes_something_is_noted_and_takes_from_the_same_bucket_as_the_route()
    {
        await using var service = await gateway.StartAnotherAsync(("Limiting:Generate:Burst", "2"), ("Limiting:Generate:PerMinute", "1"));
        var (key, text) = await gateway.CreateKeyAsync();
        using var http = gateway.CreateClient(text, service.Address);
        using var made = await http.PostAsJsonAsync("/imagine", new { prompt = "x" }, Token);
        Assert.Equal(HttpStatusCode.Accepted, made.StatusCode);
        var generated = await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x" });
        Assert.Null(generated["isError"]);
        var refused = await Rpc.CallAsync(http, "generate_image", new() { ["prompt"] = "x" });
        Assert.Equal("E_RATE_LIMITED", (string?)refused["structuredContent"]!["error"]!["code"]);
        var job = (string)generated["structuredContent"]!["job_id"]!;
        Assert.Null((await Rpc.CallAsync(http, "get_job_status", new() { ["job_id"] = job }))["isError"]);

        using var admin = gateway.CreateClient();
        var entries = await Eventually.GetAsync(async () =>
        {
            var page = (await admin.GetFromJsonAsync<JsonObject>($"/api/audit?key_id={key.Id}", Token))!["entries"]!.AsArray();
            return page.Count >= 2 ? page : null;
        }, "the notes to be written");
        Assert.Equal(
            [("tools/call generate_image", $"/jobs/{job}", "ok"), ("POST /imagine", made.Headers.Location!.OriginalString, "ok")],
            entries.Select(entry => ((string)entry!["action"]!, (string)entry["target"]!, (string)entry["outcome"]!)));
    }

    [Fact]
    public async Task The_audit_log_forgets_what_is_old_and_what_is_too_much()
    {
        var table = gateway.Services.GetRequiredService<AuditTable>();
        var owner = Guid.CreateVersion7();
        var now = TimeProvider.System.GetUtcNow();
        await table.AddAsync([Entry(now.AddDays(-91)), Entry(now.AddDays(-89))], Token);
        Assert.Equal(1, await table.ForgetAsync(Guid.CreateVersion7(now.AddDays(-90)), 1_000_000, 100, Token));
        Assert.Single(await table.ListAsync(owner, null, null, null, 10, Token));

        await table.AddAsync([.. Enumerable.Range(0, 20).Select(i => Entry(now.AddMilliseconds(i)))], Token);
        while (await table.ForgetAsync(Guid.Empty, 5, 3, Token) > 0)
        {
        }
        Assert.InRange((await table.ListAsync(null, null, null, null, 100, Token)).Count, 5, 6);

        AuditEntry Entry(DateTimeOffset at) => new()
        {
            Id = Guid.CreateVersion7(at),
            At = at,
            OwnerId = owner,
            KeyId = "k",
            KeyName = "n",
            Action = "a",
            Target = "t",
            Status = 200,
            Outcome = "ok",
        };
    }

    [Fact]
    public async Task Only_web_pages_on_the_list_may_call()
    {
        await using var service = await gateway.StartAnotherAsync(("Cors:AllowedOrigins:0", "https://app.example.com"));
        foreach (var (origin, allowed) in new[] { ("https://app.example.com", true), ("https://evil.example.com", false), ("https://app.example.com.evil.com", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, "/imagine")
            {
                Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization,content-type" } },
            };
            using var response = await service.Http.SendAsync(request, Token);
            Assert.Equal(allowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://app.example.com/")]
    [InlineData("app.example.com")]
    public async Task What_is_no_origin_is_not_accepted_at_start(string origin)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => gateway.StartAnotherAsync(("Cors:AllowedOrigins:0", origin)));
        Assert.Contains("Cors:AllowedOrigins", error.GetBaseException().Message, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> PutAsync(HttpClient http, string body, HttpStatusCode expected)
    {
        using var response = await http.PutAsync("/config", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
