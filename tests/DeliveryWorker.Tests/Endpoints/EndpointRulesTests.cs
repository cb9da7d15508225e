using MjAspire.DeliveryWorker.Endpoints;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.DeliveryWorker.Tests.Endpoints;

public sealed class EndpointRulesTests
{
    private static readonly EndpointRules Rules = new(new OutboundOptions().ToPolicy());
    private static readonly NewEndpoint Good = new("https://example.com/hook", ["job.completed"]);

    public static TheoryData<string?, string?> Urls => new()
    {
        { "https://example.com/hook", null },
        { "http://example.com/", null },
        { "https://" + new string('a', 60) + ".example/" + new string('x', 1900), null },
        { null, "E_INVALID_URL" },
        { "", "E_INVALID_URL" },
        { " ", "E_INVALID_URL" },
        { "example.com/hook", "E_INVALID_URL" },
        { "/hook", "E_INVALID_URL" },
        { "ftp://example.com/", "E_INVALID_URL" },
        { "javascript:alert(1)", "E_INVALID_URL" },
        { "https://user:password@example.com/", "E_INVALID_URL" },
        { "https://example.com/" + new string('x', 2029), "E_INVALID_URL" },
        { "http://127.0.0.1/", "E_ADDRESS_REFUSED" },
        { "http://2130706433/", "E_ADDRESS_REFUSED" },
        { "http://localhost/", "E_ADDRESS_REFUSED" },
        { "http://[::ffff:10.0.0.1]/", "E_ADDRESS_REFUSED" },
        { "http://169.254.169.254/latest", "E_ADDRESS_REFUSED" },
        { "http://256.1.1.1/", "E_ADDRESS_REFUSED" },
        { "https://example.com:8443/", "E_ADDRESS_REFUSED" },
    };

    [Theory]
    [MemberData(nameof(Urls))]
    public void Url_is_accepted_or_refused_with_a_code(string? url, string? code) => Assert.Equal(code, Rules.CheckUrl(url)?.Code);

    [Fact]
    public void Refusal_never_repeats_the_url() =>
        Assert.DoesNotContain("hush", Rules.CheckUrl("http://127.0.0.1/?token=hush")!.Detail, StringComparison.Ordinal);

    [Fact]
    public void Endpoint_is_accepted_with_as_much_as_it_may_have() => Assert.Null(Rules.Check(Good with
    {
        Events = ["*", "job.*", "message.pushed"],
        Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        Description = new string('x', 1000),
        Headers = Enumerable.Range(0, 10).ToDictionary(i => $"X-Header-{i}", string? (_) => new string('y', 1000)),
    }));

    [Fact]
    public void Endpoint_is_refused_for_its_events()
    {
        foreach (string?[]? events in new string?[]?[] { null, [], ["job.done"], ["job.completed", null], [.. Enumerable.Repeat("*", 51)] })
            Assert.Equal("E_INVALID_EVENT", Rules.Check(Good with { Events = events })?.Code);
    }

    [Fact]
    public void Endpoint_is_refused_for_its_secret_or_description()
    {
        Assert.Equal("E_INVALID_SECRET", Rules.Check(Good with { Secret = "whsec_" })?.Code);
        Assert.Equal("E_INVALID_SECRET", Rules.Check(Good with { Secret = "" })?.Code);
        Assert.Equal("E_INVALID_DESCRIPTION", Rules.Check(Good with { Description = new string('x', 1001) })?.Code);
    }

    [Theory]
    [InlineData(0, "E_INVALID_RATE_LIMIT")]
    [InlineData(1, null)]
    [InlineData(10_000, null)]
    [InlineData(10_001, "E_INVALID_RATE_LIMIT")]
    public void Rate_limit_is_accepted_or_refused_with_a_code(int perSecond, string? code) =>
        Assert.Equal(code, Rules.Check(Good with { RateLimit = perSecond })?.Code);

    [Theory]
    [InlineData("Host", "10.0.0.1")]
    [InlineData("host", "10.0.0.1")]
    [InlineData("Content-Length", "5")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Webhook-Id", "forged")]
    [InlineData("traceparent", "00-1")]
    [InlineData("X-A\r\nX-B", "1")]
    [InlineData("X A", "1")]
    [InlineData("", "1")]
    [InlineData("X-A", "1\r\nX-B: 2")]
    [InlineData("X-A", "ü")]
    [InlineData("X-A", null)]
    public void Endpoint_is_refused_for_a_header_that_is_ours_or_breaks_the_request(string name, string? value) =>
        Assert.Equal("E_INVALID_HEADER", Rules.Check(Good with { Headers = new() { [name] = value } })?.Code);
}
