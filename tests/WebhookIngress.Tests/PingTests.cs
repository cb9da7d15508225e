using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.WebhookIngress.Tests;

public sealed class PingTests(Servers servers)
{
    [Fact]
    public async Task Signed_ping_says_that_a_callback_would_have_been_taken_and_queues_nothing()
    {
        await using var ingress = await Ingress.StartAsync(servers, settings:
            [("Webhooks:Providers:signed:Verification", "Signature"), ("Webhooks:Providers:signed:Secrets:0", ProviderTests.NewSecret)]);
        using var answer = await ingress.SendAsync("/webhook/signed/ping", "hello", ProviderTests.Sign("msg_1", "hello", ProviderTests.NewSecret));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var pong = (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        Assert.Equal(("ok", "signed", "signature", "127.0.0.1", 5, "healthy", "hello"),
            ((string?)pong["status"], (string?)pong["provider"], (string?)pong["verified_by"], (string?)pong["address"], (int)pong["bytes"]!, (string?)pong["broker"], (string?)pong["echo"]));

        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync("/webhook/signed/ping", "hello")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ingress.SendAsync("/webhook/unknown/ping", "hello")).StatusCode);
        await ingress.NothingElseThanAsync(0);
        Assert.Contains(await ingress.HistoryAsync(3), entry => (string)entry["outcome"]! == "pinged");
    }

    [Fact]
    public async Task Administrator_learns_whether_the_public_address_leads_here()
    {
        await using var outside = await Ingress.StartAsync(servers);
        await using var ingress = await Ingress.StartAsync(servers, settings: ("Webhooks:PublicUrl", $"{outside.Address}"));
        var report = await ingress.AdminAsync(HttpMethod.Post, "/api/callbacks/ping", new { provider = "midjourney" });
        Assert.True((bool)report["reached"]!, $"{report}");
        Assert.Equal(("ping", 200), ((string?)report["answer"]!["verified_by"], (int)report["status"]!));

        await using var wrong = await Ingress.StartAsync(servers, settings: ("Webhooks:PublicUrl", $"{outside.Address}elsewhere"));
        report = await wrong.AdminAsync(HttpMethod.Post, "/api/callbacks/ping", new { });
        Assert.Equal((false, 404), ((bool)report["reached"]!, (int)report["status"]!));

        await using var nowhere = await Ingress.StartAsync(servers, settings: ("Webhooks:PublicUrl", "http://127.0.0.1:9"));
        report = await nowhere.AdminAsync(HttpMethod.Post, "/api/callbacks/ping", new { });
        Assert.False((bool)report["reached"]!);
        Assert.NotEmpty((string)report["error"]!);

        await using var unset = await Ingress.StartAsync(servers);
        Assert.Equal("E_NOT_CONFIGURED", (string?)(await unset.AdminAsync(HttpMethod.Post, "/api/callbacks/ping", new { }, HttpStatusCode.Conflict))["code"]);
    }
}
