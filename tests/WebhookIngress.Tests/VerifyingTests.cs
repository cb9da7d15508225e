using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using MjAspire.Testing;

namespace MjAspire.WebhookIngress.Tests;

public sealed class VerifyingTests(Servers servers)
{
    public static TheoryData<string, string> Worthless => new()
    {
        { "forged with another key", Ingress.Token(key: "another key than the right one") },
        { "expired", Ingress.Token(expiresAt: TimeProvider.System.GetUtcNow().AddSeconds(-1)) },
        { "truncated", Ingress.Token()[..^4] },
        { "without its signature", Ingress.Token()[..60] },
        { "with a character changed", Changed(Ingress.Token(), 20) },
        { "with its signature changed", Changed(Ingress.Token(), 90) },
        { "lengthened", Ingress.Token() + "AAAA" },
        { "twice", Ingress.Token() + Ingress.Token() },
        { "not base64", "%F0%9F%8C%85" },
        { "one letter", "x" },
    };

    [Theory]
    [MemberData(nameof(Worthless))]
    public async Task Token_is_refused_with_401_counted_and_nothing_queued_when(string what, string token)
    {
        await using var ingress = await Ingress.StartAsync(servers);
        var refused = 0;
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "mjaspire.ingress.callbacks")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<int>((_, count, tags, _) =>
        {
            foreach (var tag in tags)
                refused += tag is { Key: "outcome", Value: "refused" } ? count : 0;
        });
        meters.Start();

        using var answer = await ingress.PostAsync(token);
        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{what}: {answer.StatusCode}");
        Assert.Equal("E_AUTHENTICATION_FAILED", await ReceivingTests.CodeAsync(answer));
        Assert.InRange(refused, 1, int.MaxValue);
        await ingress.NothingElseThanAsync(0);
    }

    [Fact]
    public async Task Token_is_never_in_logs_or_spans_whatever_the_configuration_asks_for()
    {
        using var spans = new Spans();
        using var logs = new LogLines();
        string[] tokens = [Ingress.Token(), Ingress.Token(key: "another key than the right one"), Ingress.Token()[..^6], "guessed-secret"];
        await using (var ingress = await Ingress.StartAsync(servers, logs: logs, settings:
        [
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
            ("Logging:Console:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
        ]))
        {
            foreach (var token in tokens)
            {
                await ingress.PostAsync(token);
                await ingress.PostAsync(token);
                await ingress.PostAsync(token, new byte[70_000]);
                await ingress.PostAsync($"{token}/more");
                await ingress.PostAsync(token, provider: "NOT%20A%20PROVIDER");
                await ingress.Http.GetAsync($"/webhook/midjourney/{token}", TestContext.Current.CancellationToken);
                await ingress.Http.GetAsync($"/a/prefix/{token}?{token}", TestContext.Current.CancellationToken);
            }
            await ingress.QueuedAsync(1);
        }

        Assert.Contains(logs.Lines, line => line.StartsWith("Debug MassTransit", StringComparison.Ordinal));
        Assert.Contains(spans.Ended, span => span.DisplayName == "POST /webhook/{provider}/{token}");
        foreach (var token in tokens.Select(token => token[..Math.Min(token.Length, 40)]))
        {
            Assert.DoesNotContain(logs.Lines, line => line.Contains(token, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(spans.Ended.Where(span => span.Source.Name != "System.Net.Http").Select(Spans.Text), text => text.Contains(token, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Verified_callback_continues_the_trace_in_its_token()
    {
        using var spans = new Spans();
        using var source = new ActivitySource("the job service");
        ActivityContext submit;
        using (var span = source.StartActivity("submit")!)
            submit = span.Context;

        await using var ingress = await Ingress.StartAsync(servers);
        await ingress.PostAsync(Ingress.Token(trace: submit));
        await ingress.QueuedAsync(1);
        var callback = await Eventually.GetAsync(() => Task.FromResult(
            spans.Of(submit.TraceId).FirstOrDefault(span => span.DisplayName == "POST /webhook/midjourney")), "the callback's span");

        Assert.Equal((submit.SpanId, ActivityKind.Server, true), (callback.ParentSpanId, callback.Kind, callback.Recorded));
        Assert.Equal(("POST", 202, "queued"),
            (callback.GetTagItem("http.request.method"), callback.GetTagItem("http.response.status_code"), callback.GetTagItem("callback.outcome")));
        var below = spans.Of(submit.TraceId).Where(span => span.ParentSpanId == callback.SpanId).ToList();
        Assert.Contains(below, span => span.DisplayName == "redis EVALSHA");
        Assert.Contains(below, span => span.Source.Name == "MassTransit" && span.Kind == ActivityKind.Producer);
        await Eventually.TrueAsync(() => spans.Of(submit.TraceId).Any(span => span.Kind == ActivityKind.Consumer), "the consumer in the same trace");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_span_is_dropped_for_a_verified_callback_only(bool verified)
    {
        using var spans = new Spans();
        await using var ingress = await Ingress.StartAsync(servers);
        var (provider, submit) = (Context(), Context());
        ingress.Http.DefaultRequestHeaders.Add("traceparent", $"00-{provider.TraceId}-{provider.SpanId}-01");
        await ingress.PostAsync(verified ? Ingress.Token(trace: submit) : Ingress.Token(trace: submit, key: "another key than the right one"));

        var server = await Eventually.GetAsync(() => Task.FromResult(
            spans.Of(provider.TraceId).FirstOrDefault(span => span.Source.Name == "Microsoft.AspNetCore")), "the server's span");
        Assert.Equal(!verified, server.Recorded);
        Assert.Equal(verified, spans.Of(submit.TraceId).Any());
    }

    private static ActivityContext Context() => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);

    private static string Changed(string token, int at) => $"{token[..at]}{(token[at] == 'A' ? 'B' : 'A')}{token[(at + 1)..]}";
}
