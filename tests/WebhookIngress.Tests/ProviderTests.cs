using System.Net;
using System.Security.Cryptography;
using System.Text;
using MjAspire.Testing;

namespace MjAspire.WebhookIngress.Tests;

/// <summary><c>POST /webhook/{provider}</c>, by each kind of proof.</summary>
public sealed class ProviderTests(Servers servers)
{
    public static readonly string OldSecret = "whsec_" + Convert.ToBase64String(Encoding.ASCII.GetBytes("the secret before this one"));
    public static readonly string NewSecret = "whsec_" + Convert.ToBase64String(Encoding.ASCII.GetBytes("the secret that holds from now on"));

    private static readonly (string, string)[] Signed =
    [
        ("Webhooks:Providers:signed:Verification", "Signature"),
        ("Webhooks:Providers:signed:Secrets:0", OldSecret),
        ("Webhooks:Providers:signed:Secrets:1", NewSecret),
    ];

    [Fact]
    public async Task Signed_callback_is_queued_once_by_either_secret_and_refused_by_another()
    {
        await using var ingress = await Ingress.StartAsync(servers, settings: Signed);
        var (one, another) = ($"msg_{Guid.CreateVersion7():N}", $"msg_{Guid.CreateVersion7():N}");
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.SendAsync("/webhook/signed", "{}", Sign(one, "{}", OldSecret))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.SendAsync("/webhook/signed", "{}", Sign(one, "{}", NewSecret))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.SendAsync("/webhook/signed", "{}", Sign(another, "{}", NewSecret))).StatusCode);

        var stranger = "whsec_" + Convert.ToBase64String(new byte[32]);
        using var refused = await ingress.SendAsync("/webhook/signed", "{}", Sign("msg_3", "{}", stranger));
        Assert.Equal((HttpStatusCode.Unauthorized, "E_AUTHENTICATION_FAILED"), (refused.StatusCode, await ReceivingTests.CodeAsync(refused)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync("/webhook/signed", "{ }", Sign("msg_4", "{}", NewSecret))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync("/webhook/signed", "{}")).StatusCode);

        await ingress.NothingElseThanAsync(2);
        Assert.Equal([null, null], ingress.Queued.Where(callback => callback.Provider == "signed").Select(callback => callback.JobId));
    }

    [Fact]
    public async Task Shared_secret_is_asked_for_in_the_configured_header()
    {
        await using var ingress = await Ingress.StartAsync(servers, settings:
        [
            ("Webhooks:Providers:relay:Verification", "Header"),
            ("Webhooks:Providers:relay:Header", "mj-api-secret"),
            ("Webhooks:Providers:relay:Secrets:0", "a secret of the relay"),
        ]);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.SendAsync("/webhook/relay", Unique(), ("mj-api-secret", "a secret of the relay"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync("/webhook/relay", "2", ("mj-api-secret", "a secret of the rela"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync("/webhook/relay", "3", ("X-Webhook-Secret", "a secret of the relay"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync(
            "/webhook/relay", "4", ("mj-api-secret", "a secret of the relay"), ("mj-api-secret", "another"))).StatusCode);
        await ingress.NothingElseThanAsync(1);
    }

    [Fact]
    public async Task Basic_login_is_asked_for()
    {
        await using var ingress = await Ingress.StartAsync(servers, settings:
        [
            ("Webhooks:Providers:old:Verification", "Basic"),
            ("Webhooks:Providers:old:Secrets:0", "provider:päss:word of it"),
        ]);
        Assert.Equal(HttpStatusCode.Accepted, (await ingress.SendAsync("/webhook/old", Unique(), Login("provider:päss:word of it"))).StatusCode);
        foreach (var login in new[] { "provider:wrong", "", new string('x', 5000) })
            Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync("/webhook/old", "2", Login(login))).StatusCode);

        using var refused = await ingress.SendAsync("/webhook/old", "2", ("Authorization", "Basic ****"));
        Assert.Equal((HttpStatusCode.Unauthorized, "Basic"), (refused.StatusCode, refused.Headers.WwwAuthenticate.Single().Scheme));
        await ingress.NothingElseThanAsync(1);

        static (string, string) Login(string text) => ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}");
    }

    [Fact]
    public async Task Provider_without_verification_is_refused_and_an_unknown_one_not_found()
    {
        await using var ingress = await Ingress.StartAsync(servers, settings: ("Webhooks:Providers:open:AllowedNetworks", "127.0.0.1"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync("/webhook/open")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ingress.SendAsync("/webhook/other")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ingress.SendAsync("/webhook/OPEN")).StatusCode);
        await ingress.NothingElseThanAsync(0);
    }

    [Theory]
    [InlineData("Verification", "Header", "Secrets: Verification Header needs at least one")]
    [InlineData("Secrets:0", "a secret for nothing", "Verification: Header, Signature or Basic")]
    [InlineData("AllowedNetworks", "10.0.0.0/33", "AllowedNetworks")]
    [InlineData("AllowedNetworks", "the office", "AllowedNetworks")]
    [InlineData("VerificationToken", "short", "VerificationToken")]
    [InlineData("Limit:Burst", "5", "Limit: Burst and PerMinute")]
    public async Task Ingress_does_not_start_and_says_why_with_wrong_settings(string setting, string value, string why)
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(() => Ingress.StartAsync(servers, settings: ($"Webhooks:Providers:relay:{setting}", value)));
        Assert.Contains(why, e.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What is the same as in another test is a repetition: they may share a Redis database.</summary>
    public static string Unique() => $"\"{Guid.CreateVersion7()}\"";

    public static (string, string)[] Sign(string id, string body, string secret)
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Convert.FromBase64String(secret[6..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"));
        return [("webhook-id", id), ("webhook-timestamp", $"{timestamp}"), ("webhook-signature", $"v1,{Convert.ToBase64String(signature)}")];
    }
}
