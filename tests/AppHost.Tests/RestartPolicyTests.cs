using MjAspire.AppHost.Running;

namespace MjAspire.AppHost.Tests;

public class RestartPolicyTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(134, true)]
    [InlineData(137, true)]
    [InlineData(0, false)]
    [InlineData(69, false)]
    [InlineData(78, false)]
    public void A_process_that_ended_well_or_cannot_start_is_no_crash(int? exitCode, bool isCrash) =>
        Assert.Equal(isCrash, RestartPolicy.IsCrash(exitCode));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(1_000, 30)]
    public void Pauses_double_up_to_half_a_minute(int crashes, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RestartPolicy.PauseAfter(crashes));

    [Fact]
    public void After_a_minute_of_running_a_crash_is_the_first_again()
    {
        Assert.Equal(5, RestartPolicy.CrashesInARow(4, TimeSpan.FromSeconds(59)));
        Assert.Equal(1, RestartPolicy.CrashesInARow(4, TimeSpan.FromSeconds(60)));
    }
}
