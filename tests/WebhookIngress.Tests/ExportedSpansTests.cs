using System.Diagnostics;
using MjAspire.Testing;

namespace MjAspire.WebhookIngress.Tests;

public sealed class ExportedSpansTests(Servers servers)
{
    [Fact]
    public async Task Token_is_in_no_span_that_is_exported()
    {
        using var spans = new Spans();
        string[] tokens = [Ingress.Token(), Ingress.Token(key: "another key than the right one"), "guessed-secret"];
        await using (var ingress = await Ingress.StartAsync(servers, settings: ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")))
        {
            foreach (var token in tokens)
            {
                await ingress.PostAsync(token);
                await ingress.PostAsync(token, provider: "NOT%20A%20PROVIDER");
                await ingress.Http.GetAsync($"/a/prefix/{token}?{token}", TestContext.Current.CancellationToken);
            }
            await ingress.QueuedAsync(1);
            await Eventually.TrueAsync(() => ServerSpans().Count() >= 3 * tokens.Length, "the server's spans to end");
        }

        Assert.Contains(ServerSpans(), span => (span.DisplayName, span.GetTagItem("http.response.status_code")) is ("POST /webhook/{provider}/{token}", 202));
        foreach (var token in tokens.Select(token => token[..Math.Min(token.Length, 40)]))
            Assert.DoesNotContain(spans.Ended.Where(span => span.Source.Name != "System.Net.Http").Select(Spans.Text), text => text.Contains(token, StringComparison.OrdinalIgnoreCase));

        IEnumerable<Activity> ServerSpans() => spans.Ended.Where(span => span.Source.Name == "Microsoft.AspNetCore");
    }
}
