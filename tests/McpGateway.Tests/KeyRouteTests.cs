using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Keys;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>Keys as an administrator makes, changes and ends them.</summary>
public sealed class KeyRouteTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_shown_once_and_works()
    {
        using var admin = gateway.CreateClient();
        var made = await CreateAsync(admin, new { name = "laptop", scopes = new[] { "read", "webhooks" } });
        var text = (string)made["key"]!;
        Assert.StartsWith("mjk_", text, StringComparison.Ordinal);
        Assert.Equal(AdminKey.Owner.ToString(), (string?)made["owner_id"]);
        Assert.Equal(HttpStatusCode.OK, await TryAsync(text));

        var listed = await admin.GetStringAsync("/api/keys", Token);
        Assert.Contains((string)made["id"]!, listed, StringComparison.Ordinal);
        Assert.Contains((string)made["prefix"]!, listed, StringComparison.Ordinal);
        Assert.DoesNotContain(text[9..], listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_owner_sees_nothing_of_anyone_elses()
    {
        using var admin = gateway.CreateClient();
        var one = await CreateAsync(admin, new { name = "one", scopes = new[] { "generate", "read" }, new_owner = true });
        var two = await CreateAsync(admin, new { name = "two", scopes = new[] { "read" }, owner_id = (string)one["owner_id"]! });
        Assert.NotEqual(AdminKey.Owner.ToString(), (string?)one["owner_id"]);
        Assert.Equal((string?)one["owner_id"], (string?)two["owner_id"]);

        using var first = gateway.CreateClient((string)one["key"]!);
        using var started = await first.PostAsJsonAsync("/imagine", new { prompt = "x" }, Token);
        using var second = gateway.CreateClient((string)two["key"]!);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync(started.Headers.Location, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(started.Headers.Location, Token)).StatusCode);
    }

    [Fact]
    public async Task A_rotated_key_works_until_the_overlap_is_over()
    {
        using var admin = gateway.CreateClient();
        var old = await CreateAsync(admin, new { name = "rotates", scopes = new[] { "webhooks" } });
        var next = await SendAsync(admin, HttpMethod.Post, $"/api/keys/{(string)old["id"]!}/rotate", new { overlap_seconds = 3 }, HttpStatusCode.Created);
        Assert.Equal(("rotates", "webhooks"), ((string?)next["name"], (string?)next["scopes"]![0]));
        Assert.Equal(HttpStatusCode.OK, await TryAsync((string)next["key"]!));
        await Eventually.TrueAsync(async () => await TryAsync((string)old["key"]!) == HttpStatusCode.Unauthorized, "the overlap to be over");
        Assert.Equal(HttpStatusCode.OK, await TryAsync((string)next["key"]!));

        var listed = (await SendAsync(admin, HttpMethod.Get, "/api/keys", null, HttpStatusCode.OK))["keys"]!.AsArray();
        var row = listed.Single(key => (string?)key!["id"] == (string?)old["id"])!;
        Assert.Equal(("expired", (string?)next["id"]), ((string?)row["status"], (string?)row["replaced_by"]));

        var again = await SendAsync(admin, HttpMethod.Post, $"/api/keys/{(string)old["id"]!}/rotate", null, HttpStatusCode.Conflict);
        Assert.Equal("E_KEY_ENDED", (string?)again["code"]);
    }

    [Fact]
    public async Task A_revoked_key_stops_and_stays_revoked()
    {
        using var admin = gateway.CreateClient();
        var made = await CreateAsync(admin, new { name = "leaves", scopes = new[] { "webhooks" } });
        Assert.Equal(HttpStatusCode.OK, await TryAsync((string)made["key"]!));
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/keys/{(string)made["id"]!}", Token)).StatusCode);
        var revoked = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(async () => await TryAsync((string)made["key"]!) == HttpStatusCode.Unauthorized, "the key to stop");
        Assert.InRange(TimeProvider.System.GetElapsedTime(revoked), TimeSpan.Zero, TimeSpan.FromSeconds(6));
    }

    [Theory]
    [InlineData("""{"scopes":["read"]}""", "E_KEY_NAME")]
    [InlineData("""{"name":"a\nb","scopes":["read"]}""", "E_KEY_NAME")]
    [InlineData("""{"name":"x"}""", "E_UNKNOWN_SCOPE")]
    [InlineData("""{"name":"x","scopes":[]}""", "E_UNKNOWN_SCOPE")]
    [InlineData("""{"name":"x","scopes":["read","root"]}""", "E_UNKNOWN_SCOPE")]
    [InlineData("""{"name":"x","scopes":["read",null]}""", "E_UNKNOWN_SCOPE")]
    [InlineData("""{"name":"x","scopes":["read"],"expires_at":"2020-01-01T00:00:00Z"}""", "E_KEY_EXPIRY")]
    [InlineData("""{"name":"x","scopes":["read"],"new_owner":true,"owner_id":"0197f3e0-0000-7000-8000-000000000000"}""", "E_KEY_OWNER")]
    [InlineData("""{"name":5}""", "E_SERIALIZATION_ERROR")]
    public async Task A_mistake_has_its_code(string body, string code)
    {
        using var admin = gateway.CreateClient();
        using var response = await admin.PostAsync("/api/keys", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"]);
    }

    [Fact]
    public async Task The_configured_key_is_not_rotated_here_and_unknown_ones_are_not_found()
    {
        using var admin = gateway.CreateClient();
        Assert.Equal("E_KEY_CONFIGURED", (string?)(await SendAsync(admin, HttpMethod.Post, $"/api/keys/{AdminKey.Id}/rotate", null, HttpStatusCode.Conflict))["code"]);
        var unknown = $"/api/keys/{Guid.CreateVersion7()}";
        Assert.Equal("E_KEY_NOT_FOUND", (string?)(await SendAsync(admin, HttpMethod.Post, $"{unknown}/rotate", null, HttpStatusCode.NotFound))["code"]);
        Assert.Equal("E_KEY_NOT_FOUND", (string?)(await SendAsync(admin, HttpMethod.Delete, unknown, null, HttpStatusCode.NotFound))["code"]);
    }

    [Fact]
    public async Task The_list_comes_in_pages()
    {
        using var admin = gateway.CreateClient();
        var owner = Guid.CreateVersion7();
        for (var i = 0; i < 3; i++)
            await CreateAsync(admin, new { name = $"{i}", scopes = new[] { "read" }, owner_id = owner });
        var page = await SendAsync(admin, HttpMethod.Get, $"/api/keys?owner_id={owner}&limit=2", null, HttpStatusCode.OK);
        Assert.Equal(["2", "1"], page["keys"]!.AsArray().Select(key => (string?)key!["name"]));
        page = await SendAsync(admin, HttpMethod.Get, $"/api/keys?owner_id={owner}&limit=2&cursor={(string)page["next_cursor"]!}", null, HttpStatusCode.OK);
        Assert.Equal(["0"], page["keys"]!.AsArray().Select(key => (string?)key!["name"]));
        Assert.Null(page["next_cursor"]);
    }

    private static Task<JsonObject> CreateAsync(HttpClient http, object body) => SendAsync(http, HttpMethod.Post, "/api/keys", body, HttpStatusCode.Created);

    private static async Task<JsonObject> SendAsync(HttpClient http, HttpMethod method, string path, object? body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    private async Task<HttpStatusCode> TryAsync(string text)
    {
        using var http = gateway.CreateClient(text);
        using var response = await http.GetAsync("/api/webhooks", Token);
        return response.StatusCode;
    }
}
