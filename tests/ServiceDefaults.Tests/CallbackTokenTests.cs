using System.Diagnostics;

namespace MjAspire.ServiceDefaults.Tests;

public class CallbackTokenTests
{
    private const string Key = "a key of the tests";
    private static readonly Guid Job = Guid.CreateVersion7();
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly ActivityContext Trace =
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);

    [Fact]
    public void A_token_brings_back_the_job_the_expiry_and_the_trace()
    {
        var text = CallbackToken.Create(Key, Job, Now.AddHours(1), Trace);

        Assert.True(CallbackToken.TryRead(Key, text, Now, out var token));
        Assert.Equal(new CallbackToken(Job, Now.AddHours(1), Trace), token);
    }

    [Fact]
    public void A_token_is_fit_for_an_address() =>
        Assert.Matches("^[A-Za-z0-9_-]{110}$", CallbackToken.Create(Key, Job, Now.AddHours(1), Trace));

    [Fact]
    public void An_expired_token_is_refused() =>
        Assert.False(CallbackToken.TryRead(Key, CallbackToken.Create(Key, Job, Now, Trace), Now, out _));

    [Fact]
    public void A_token_of_another_key_is_refused() =>
        Assert.False(CallbackToken.TryRead("another key", CallbackToken.Create(Key, Job, Now.AddHours(1), Trace), Now, out _));

    [Fact]
    public void A_token_with_any_one_character_changed_is_refused()
    {
        var text = CallbackToken.Create(Key, Job, Now.AddHours(1), Trace);
        for (var i = 0; i < text.Length; i++)
        {
            var forged = text.ToCharArray();
            forged[i] = forged[i] == 'A' ? 'B' : 'A';
            Assert.False(CallbackToken.TryRead(Key, new string(forged), Now, out _), $"character {i}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("../../etc/passwd")]
    [InlineData("AAAA")]
    public void Nonsense_is_refused(string text) => Assert.False(CallbackToken.TryRead(Key, text, Now, out _));

    [Fact]
    public void A_token_too_long_is_refused() => Assert.False(CallbackToken.TryRead(Key, new string('A', 100_000), Now, out _));
}
