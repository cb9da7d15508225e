using System.Net;
using System.Net.Http.Headers;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Providers.WorkersAi;
using MjAspire.JobService.Running;

namespace MjAspire.JobService.Tests.Providers;

/// <summary>How long a busy engine is left alone, and who takes its jobs.</summary>
public class BusyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, null, 0, 2)]
    [InlineData(0, null, 1, 3)]
    [InlineData(40, null, 0, 20)]
    [InlineData(3_600, null, 0, 60)]
    [InlineData(0, 30, 0, 30)]
    [InlineData(0, 30, 1, 45)]
    [InlineData(0, 1, 0, 2)]
    [InlineData(0, 86_400, 0, 600)]
    [InlineData(3_600, 0, 1, 0)]
    public void A_pause_grows_with_the_wait_or_is_what_was_asked_for_within_bounds_and_by_chance(int waited, int? asked, double chance, double expected) =>
        Assert.Equal(
            TimeSpan.FromSeconds(expected),
            BusyPause.After(TimeSpan.FromSeconds(waited), asked is { } seconds ? TimeSpan.FromSeconds(seconds) : null, chance));

    [Fact]
    public void Retry_after_is_seconds_or_a_time_by_the_senders_clock()
    {
        using var seconds = Response(new RetryConditionHeaderValue(TimeSpan.FromSeconds(7)));
        using var time = Response(new RetryConditionHeaderValue(Now.AddSeconds(90)));
        using var past = Response(new RetryConditionHeaderValue(Now.AddSeconds(-90)));
        using var silent = Response(null);

        Assert.Equal(TimeSpan.FromSeconds(7), RetryAfter.Of(seconds));
        Assert.Equal(TimeSpan.FromSeconds(90), RetryAfter.Of(time));
        Assert.Null(RetryAfter.Of(past));
        Assert.Null(RetryAfter.Of(silent));
    }

    [Theory]
    [InlineData(0.1, "", "one")]
    [InlineData(0.3, "", "three")]
    [InlineData(0.99, "", "three")]
    [InlineData(0.1, "one", "three")]
    [InlineData(0.9, "three", "one")]
    [InlineData(0.5, "one three", "spare")]
    [InlineData(0.1, "one three spare", "one")]
    public void Accounts_get_jobs_by_weight_and_one_that_rests_gets_none_while_another_can(double chance, string resting, string expected)
    {
        IImageProvider[] accounts = [Account("one", 1), Account("three", 3), Account("spare", 0)];

        Assert.Equal(expected, ImageProviders.Choose(accounts, name => resting.Split(' ').Contains(name), chance).Name);
    }

    private static WorkersAiProvider Account(string name, int weight) => new(name, new WorkersAiOptions { Weight = weight }, clients: null!);

    private static HttpResponseMessage Response(RetryConditionHeaderValue? retryAfter) =>
        new(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = retryAfter, Date = Now } };
}
