using MjAspire.DeliveryWorker.Sending;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class VerdictTests
{
    private static readonly RetrySchedule Schedule =
        RetrySchedule.TryParse("0:00:05, 0:05:00, 0:30:00", jitter: 0.2, out var schedule) ? schedule : throw new InvalidOperationException();

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(299)]
    public void Answer_2xx_is_delivered(int status) => Assert.IsType<Verdict.Delivered>(Of(new() { Status = status }));

    [Fact]
    public void Answer_410_is_gone_even_at_the_first_attempt() => Assert.IsType<Verdict.Gone>(Of(new() { Status = 410 }));

    [Theory]
    [InlineData(101)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void Any_other_answer_is_tried_again_until_the_schedule_ends(int status)
    {
        Assert.Equal(new Verdict.Again(TimeSpan.FromSeconds(5)), Of(new() { Status = status }, attempts: 1));
        Assert.Equal(new Verdict.Again(TimeSpan.FromMinutes(30)), Of(new() { Status = status }, attempts: 3));
        Assert.IsType<Verdict.Exhausted>(Of(new() { Status = status }, attempts: 4));
        Assert.IsType<Verdict.Exhausted>(Of(new() { Status = status }, attempts: 5));
    }

    [Fact]
    public void No_answer_is_tried_again_but_a_refused_url_is_not()
    {
        Assert.IsType<Verdict.Again>(Of(new() { Error = "timeout" }));
        Assert.IsType<Verdict.Again>(Of(new() { Error = "refused_address" }));
        Assert.IsType<Verdict.Exhausted>(Of(new() { Error = "refused_address", IsHopeless = true }));
    }

    [Theory]
    [InlineData(0.0, 240)]
    [InlineData(0.5, 300)]
    [InlineData(1.0, 360)]
    public void Pause_varies_by_a_fifth(double random, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Schedule.After(2, retryAfter: null, random));

    [Theory]
    [InlineData(1, 300)] // sooner than the schedule: the schedule counts
    [InlineData(-100, 300)]
    [InlineData(600, 600)]
    [InlineData(1_000_000, 1_800)] // later than its longest pause: the longest pause counts
    public void Retry_After_is_heard_within_bounds(double asked, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Schedule.After(2, TimeSpan.FromSeconds(asked), random: 0.5));

    [Theory]
    [InlineData("", true)]
    [InlineData("0:00:05", true)]
    [InlineData("0:00:05, 1.00:00:00", true)]
    [InlineData("5 s", false)]
    [InlineData("0:00:00", false)]
    [InlineData("-0:00:05", false)]
    public void Schedule_is_read_from_a_setting(string text, bool isRead) => Assert.Equal(isRead, RetrySchedule.TryParse(text, 0.2, out _));

    private static Verdict Of(Answer answer, int attempts = 1) => Verdict.Of(answer, attempts, Schedule, random: 0.5);
}
