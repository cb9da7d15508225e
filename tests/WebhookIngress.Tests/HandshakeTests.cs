using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.WebhookIngress.Tests;

public sealed class HandshakeTests(Servers servers)
{
    private const string Token = "the verification token";

    private static readonly (string, string)[] Settings =
    [
        ("Webhooks:Providers:meta:VerificationToken", Token),
        ("Webhooks:Providers:slack:VerificationToken", Token),
        ("Webhooks:Providers:slack:Verification", "Header"),
        ("Webhooks:Providers:slack:Secrets:0", "a secret of this provider"),
        ("Webhooks:Providers:plain:Verification", "Header"),
        ("Webhooks:Providers:plain:Secrets:0", "a secret of this provider"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Challenge_of_a_get_is_echoed_to_who_knows_the_token()
    {
        using var spans = new Spans();
        using var logs = new LogLines();
        await using (var ingress = await Ingress.StartAsync(servers, logs: logs, settings: [.. Settings, ("Logging:LogLevel:Default", "Trace")]))
        {
            using var answer = await ingress.Http.GetAsync(Query("meta", Token, "1158201444"), Cancellation);
            Assert.Equal((HttpStatusCode.OK, "1158201444", "text/plain"),
                (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation), answer.Content.Headers.ContentType!.MediaType));

            Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.Http.GetAsync(Query("meta", "another token", "1"), Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.Http.GetAsync(Query("meta", Token, "<script>"), Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.Http.GetAsync("/webhook/meta", Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await ingress.Http.GetAsync(Query("plain", Token, "1"), Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await ingress.Http.GetAsync(Query("unknown", Token, "1"), Cancellation)).StatusCode);
            await ingress.NothingElseThanAsync(0);
        }

        var secret = Uri.EscapeDataString(Token);
        Assert.DoesNotContain(logs.Lines, line => line.Contains(Token, StringComparison.Ordinal) || line.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(spans.Ended.Where(span => span.Source.Name != "System.Net.Http").Select(Spans.Text),
            text => text.Contains(Token, StringComparison.Ordinal) || text.Contains(secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"type":"url_verification","token":"the verification token","challenge":"3eZbrw1aB"}""", HttpStatusCode.OK)]
    [InlineData("""{"type":"url_verification","challenge":"3eZbrw1aB"}""", HttpStatusCode.OK)]
    [InlineData("""{"type":"url_verification","token":"another","challenge":"3eZbrw1aB"}""", HttpStatusCode.Unauthorized)]
    [InlineData("""{"type":"other","about":"url_verification","challenge":"3eZbrw1aB"}""", HttpStatusCode.Accepted)]
    [InlineData("""{"type":"url_verification","challenge":7}""", HttpStatusCode.Accepted)]
    public async Task Challenge_of_a_proven_post_is_echoed(string body, HttpStatusCode status)
    {
        await using var ingress = await Ingress.StartAsync(servers, settings: Settings);
        body = body.Replace("}", $",\"id\":{ProviderTests.Unique()}}}", StringComparison.Ordinal);
        using var answer = await ingress.SendAsync("/webhook/slack", body, ("X-Webhook-Secret", "a secret of this provider"));
        Assert.Equal(status, answer.StatusCode);
        if (status == HttpStatusCode.OK)
            Assert.Equal("3eZbrw1aB", (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["challenge"]);

        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync("/webhook/slack", body)).StatusCode);
        await ingress.NothingElseThanAsync(status == HttpStatusCode.Accepted ? 1 : 0);
    }

    private static string Query(string provider, string token, string challenge) =>
        $"/webhook/{provider}?hub.mode=subscribe&hub.verify_token={Uri.EscapeDataString(token)}&hub.challenge={Uri.EscapeDataString(challenge)}";
}
