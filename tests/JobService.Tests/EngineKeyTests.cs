using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.JobService.Tests;

/// <summary>Keys of engines' accounts that are set while the system runs; the engines are the sandbox.</summary>
public class EngineKeyTests(Servers servers)
{
    private const string Route = "/api/engines/openai/accounts/default";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_stored_once_its_engine_accepts_it_and_used_by_the_next_job()
    {
        await using var sandbox = await SandboxUnderTest.StartAsync();
        await using var jobs = await StartAsync(sandbox, "sk-old-revoked");
        var refused = await jobs.JobWhenAsync(await LinksAsync(jobs), "FAILED");
        Assert.Equal("E_PROVIDER_AUTHENTICATION", refused["job"]!["error"]!["code"]!.GetValue<string>());
        Assert.NotNull((await AccountAsync(jobs))["resting_until"]);

        var account = await SetAsync(jobs, "sk-new");

        Assert.Equal(("stored", jobs.Owner), (account["key"]!["source"]!.GetValue<string>(), account["key"]!["set_by"]!.GetValue<Guid>()));
        Assert.Null(account["resting_until"]);
        await jobs.JobAtStepAsync(await LinksAsync(jobs), "storing");

        using var removed = await jobs.DeleteAsync($"{Route}/key");
        Assert.Equal("configured", (await ReadAsync(removed))["key"]!["source"]!.GetValue<string>());
        await jobs.JobWhenAsync(await LinksAsync(jobs), "FAILED");
    }

    [Fact]
    public async Task A_new_key_is_used_by_every_replica_within_seconds()
    {
        await using var sandbox = await SandboxUnderTest.StartAsync();
        var messaging = await servers.CreateVirtualHostAsync();
        await using var first = await StartAsync(sandbox, "sk-old-revoked", messaging);
        await using var second = await StartAsync(sandbox, "sk-old-revoked", messaging, ("ConnectionStrings:jobs", first.Database));
        Assert.Equal("E_PROVIDER_KEY_REFUSED", await TestAsync(second));

        await SetAsync(first, "sk-new");

        await Eventually.TrueAsync(async () => await TestAsync(second) is null, "the other replica to use the new key", TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("midjourney")]
    [InlineData("workers-ai")]
    [InlineData("openai")]
    public async Task A_key_its_engine_refuses_is_not_stored(string engine)
    {
        await using var sandbox = await SandboxUnderTest.StartAsync(secret: "the relay's secret");
        await using var jobs = await StartAsync(sandbox, "sk-configured", null, ("Midjourney:BaseUrl", sandbox.Address));

        using var response = await jobs.PutAsync($"/api/engines/{engine}/accounts/default/key", new { key = "sk-new-revoked" });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "E_PROVIDER_KEY_REFUSED"), (response.StatusCode, await CodeAsync(response)));
        Assert.NotEqual("stored", (await AccountAsync(jobs, engine))["key"]!["source"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_key_is_not_stored_when_its_engine_cannot_be_asked()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("OpenAi:BaseUrl", "http://127.0.0.1:9"), ("OpenAi:Models", "m"));

        using var response = await jobs.PutAsync($"{Route}/key", new { key = "sk-new" });

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "E_PROVIDER_UNAVAILABLE"), (response.StatusCode, await CodeAsync(response)));
        Assert.Equal("none", (await AccountAsync(jobs))["key"]!["source"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_cannot_be_a_key_or_an_account_is_refused()
    {
        await using var sandbox = await SandboxUnderTest.StartAsync();
        await using var jobs = await StartAsync(sandbox, "sk-configured");

        foreach (var key in new[] { "", "a b", "a\r\nX-Other: b", "schlüssel", new string('k', 4_097) })
        {
            using var response = await jobs.PutAsync($"{Route}/key", new { key });
            Assert.Equal((HttpStatusCode.BadRequest, "E_PROVIDER_KEY"), (response.StatusCode, await CodeAsync(response)));
        }
        using var unknown = await jobs.PutAsync("/api/engines/openai/accounts/second/key", new { key = "sk-new" });
        Assert.Equal((HttpStatusCode.NotFound, "E_ACCOUNT_NOT_FOUND"), (unknown.StatusCode, await CodeAsync(unknown)));
        using var stranger = await jobs.Anonymous.GetAsync("/api/engines", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public async Task A_key_is_never_returned_logged_traced_or_readable_in_the_database()
    {
        const string Secret = "sk-never-to-be-seen";
        using var ears = new Ears();
        await using var sandbox = await SandboxUnderTest.StartAsync();
        await using var jobs = await JobsUnderTest.StartAsync(
            servers, services => services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(ears), null, [.. Settings(sandbox, Secret), ("Logging:LogLevel:Default", "Trace")]);

        using var set = await jobs.PutAsync($"{Route}/key", new { key = Secret + "-2" });
        await jobs.JobAtStepAsync(await LinksAsync(jobs), "storing");
        using var bad = await jobs.PutAsync($"{Route}/key", new { key = Secret + "-revoked" });
        using var list = await jobs.GetAsync("/api/engines");
        var answers = new[] { set, bad, list }.Select(async answer => await answer.Content.ReadAsStringAsync(Cancellation));

        await using var database = NpgsqlDataSource.Create(jobs.Database);
        await using var rows = database.CreateCommand("select string_agg(k::text, ' ') from provider_keys k");
        var stored = (string)(await rows.ExecuteScalarAsync(Cancellation))!;

        Assert.Contains("openai", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, string.Concat(await Task.WhenAll(answers)), StringComparison.Ordinal);
        Assert.True(ears.Heard.Count > 100, "Nothing was heard.");
        Assert.DoesNotContain(ears.Heard, said => said.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_stay_readable_when_the_key_ring_is_rotated_and_a_lost_ring_leaves_the_configured_key()
    {
        await using var sandbox = await SandboxUnderTest.StartAsync();
        var messaging = await servers.CreateVirtualHostAsync();
        await using var jobs = await StartAsync(sandbox, "sk-old-revoked", messaging);
        await SetAsync(jobs, "sk-new");

        var now = TimeProvider.System.GetUtcNow();
        jobs.Services.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(90));
        await using var database = NpgsqlDataSource.Create(jobs.Database);
        await using (var later = await StartAsync(sandbox, "sk-old-revoked", messaging, ("ConnectionStrings:jobs", jobs.Database)))
        {
            Assert.Null(await TestAsync(later));
            await SetAsync(later, "sk-newer");
            Assert.Null(await TestAsync(later));
        }

        await using (var loss = database.CreateCommand("delete from key_ring"))
            await loss.ExecuteNonQueryAsync(Cancellation);
        await using var lost = await StartAsync(sandbox, "sk-old-revoked", messaging, ("ConnectionStrings:jobs", jobs.Database));
        Assert.Equal("unreadable", (await AccountAsync(lost))["key"]!["source"]!.GetValue<string>());
        Assert.Equal("E_PROVIDER_KEY_REFUSED", await TestAsync(lost));
    }

    [Fact]
    public async Task A_key_ring_under_a_configured_key_opens_nothing_without_it_and_stays_open_when_that_is_changed()
    {
        const string One = "the first sealing key of these tests", Two = "the second sealing key of these tests";
        await using var sandbox = await SandboxUnderTest.StartAsync();
        var messaging = await servers.CreateVirtualHostAsync();
        await using var jobs = await StartAsync(sandbox, "sk-old-revoked", messaging, ("Sealing:Key", One));
        await SetAsync(jobs, "sk-new");
        await using var database = NpgsqlDataSource.Create(jobs.Database);
        await using var ring = database.CreateCommand("select string_agg(xml, ' ') from key_ring");
        Assert.DoesNotContain("masterKey", (string)(await ring.ExecuteScalarAsync(Cancellation))!, StringComparison.Ordinal);

        await using var without = await StartAsync(sandbox, "sk-old-revoked", messaging, ("ConnectionStrings:jobs", jobs.Database));
        await using var changed = await StartAsync(
            sandbox, "sk-old-revoked", messaging, ("ConnectionStrings:jobs", jobs.Database), ("Sealing:Key", Two), ("Sealing:OldKeys", One));

        Assert.Equal("unreadable", (await AccountAsync(without))["key"]!["source"]!.GetValue<string>());
        Assert.Null(await TestAsync(changed));
    }

    private static (string, string)[] Settings(SandboxUnderTest sandbox, string key) =>
    [
        ("OpenAi:BaseUrl", sandbox.Address), ("OpenAi:Models", "sandbox-links"), ("OpenAi:ApiKey", key),
        ("WorkersAi:BaseUrl", sandbox.Address), ("WorkersAi:AccountId", "sandbox"), ("WorkersAi:ApiToken", key),
    ];

    private Task<JobsUnderTest> StartAsync(SandboxUnderTest sandbox, string key, string? messaging = null, params (string, string)[] more) =>
        JobsUnderTest.StartAsync(servers, messaging, [.. Settings(sandbox, key), .. more]);

    private static Task<Guid> LinksAsync(JobsUnderTest jobs) => jobs.CreateImageAsync(new { prompt = "a fox", model = "sandbox-links" });

    private static async Task<JsonObject> SetAsync(JobsUnderTest jobs, string key)
    {
        using var response = await jobs.PutAsync($"{Route}/key", new { key });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await ReadAsync(response);
    }

    /// <summary>The code of what is wrong with the key in use; null when all is well.</summary>
    private static async Task<string?> TestAsync(JobsUnderTest jobs)
    {
        using var response = await jobs.PostAsync($"{Route}/test", new { });
        return (await ReadAsync(response))["code"]?.GetValue<string>();
    }

    private static async Task<JsonObject> AccountAsync(JobsUnderTest jobs, string engine = "openai")
    {
        using var response = await jobs.GetAsync("/api/engines");
        return (await ReadAsync(response))["engines"]!.AsArray().Single(one => one!["name"]!.GetValue<string>() == engine)!["accounts"]![0]!.AsObject();
    }

    private static async Task<string> CodeAsync(HttpResponseMessage response) => (await ReadAsync(response))["code"]!.GetValue<string>();

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonObject>())!;
}
