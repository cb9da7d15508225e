using System.Text;
using Microsoft.AspNetCore.Http;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Tests;

/// <summary>The vector is the reference libraries' own: https://github.com/standard-webhooks/standard-webhooks</summary>
public sealed class SignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Body = """{"test": 2432232314}""";
    private const string Good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const long SignedAt = 1614265330;

    public static TheoryData<string, string, string> Accepted => new()
    {
        { "the reference vector", Secret, Good },
        { "the secret without its prefix", Secret[6..], Good },
        { "third in a list, beside another version", Secret, $"v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= {Good}" },
        { "behind entries that are not base64", Secret, $"v1,** v1 nonsense v1a,abc {Good}" },
    };

    public static TheoryData<string, string> Refused => new()
    {
        { "nothing after the comma", "v1," },
        { "truncated", Good[..^4] },
        { "one character changed", Good.Replace("g0hM", "g0hN", StringComparison.Ordinal) },
        { "longer than a signature", "v1," + Convert.ToBase64String(new byte[33]) },
        { "much longer", "v1," + Convert.ToBase64String(new byte[3000]) },
        { "another version only", "v2" + Good[2..] },
        { "without the version", Good[3..] },
        { "separated by commas", $"v1,AAAA,{Good}" },
        { "empty", "" },
    };

    [Theory, MemberData(nameof(Accepted))]
    public void Signature_is_accepted(string what, string secret, string signature) =>
        Assert.True(Refusal(secret, signature) is null, what);

    [Theory, MemberData(nameof(Refused))]
    public void Signature_is_refused(string what, string signature) =>
        Assert.True(Refusal(Secret, signature) is not null, what);

    [Theory]
    [InlineData("webhook-id")]
    [InlineData("webhook-timestamp")]
    [InlineData("webhook-signature")]
    public void Callback_is_refused_without(string header) => Assert.Contains(header, Refusal(Secret, Good, without: header), StringComparison.Ordinal);

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    [InlineData(-1_000_000_000, false)]
    public void Time_is_tolerated_five_minutes_both_ways(int later, bool accepted) =>
        Assert.Equal(accepted, Refusal(Secret, Good, now: SignedAt + later) is null);

    [Theory]
    [InlineData("soon")]
    [InlineData("1614265330.5")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public void Timestamp_that_is_no_number_of_seconds_is_refused(string timestamp) => Assert.NotNull(Refusal(Secret, Good, timestamp: timestamp));

    [Fact]
    public void Another_body_is_refused() => Assert.NotNull(Refusal(Secret, Good, body: Body + " "));

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_c2hvcnQ=")]
    public void Secret_of_the_wrong_form_is_an_error(string secret) => Assert.Null(StandardSignature.ReadKey(secret));

    private static string? Refusal(
        string secret, string signature, string? without = null, long now = SignedAt, string body = Body, string timestamp = "1614265330")
    {
        var headers = new HeaderDictionary
        {
            ["webhook-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
            ["webhook-timestamp"] = timestamp,
            ["webhook-signature"] = signature,
        };
        if (without is not null)
            headers.Remove(without);
        return new StandardSignature([new byte[24], StandardSignature.ReadKey(secret)!])
            .Refusal(headers, Encoding.UTF8.GetBytes(body), DateTimeOffset.FromUnixTimeSeconds(now));
    }
}
