using System.Security.Cryptography;
using System.Text;
using MjAspire.DeliveryWorker.Sending;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class WebhookSecretTests
{
    /// <summary>From the tests of the Standard Webhooks reference libraries.</summary>
    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void Signature_is_that_of_the_reference_libraries_with_and_without_prefix(string text)
    {
        Assert.True(WebhookSecret.TryParse(text, out var secret));

        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            secret.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}""")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void Secret_is_refused_when_it_cannot_be_read(string text) => Assert.False(WebhookSecret.TryParse(text, out _));

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(67, false)]
    [InlineData(100, false)]
    public void Secret_has_24_to_64_bytes(int length, bool isAccepted) =>
        Assert.Equal(isAccepted, WebhookSecret.TryParse("whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(length)), out _));

    [Fact]
    public void Generated_secret_reads_back_and_is_never_the_same()
    {
        var text = WebhookSecret.Generate().ToString();

        Assert.True(WebhookSecret.TryParse(text, out var secret));
        Assert.Equal(text, secret.ToString());
        Assert.NotEqual(text, WebhookSecret.Generate().ToString());
    }
}
