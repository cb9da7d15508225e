using MjAspire.AppHost.Running;

namespace MjAspire.AppHost.Tests;

public class RestartPolicyTests
{
    [Theory]
    [InlineData("Running", "Exited", null, true)]
    [InlineData("Running", "Exited", -1, true)]
    [InlineData("Running", "Finished", 0, true)]
    [InlineData("Running", "Exited", 137, true)]
    [InlineData("Running", "Exited", 69, false)] // a program is missing
    [InlineData("Running", "Exited", 78, false)] // the configuration is wrong
    [InlineData("Running", "Stopping", null, false)]
    [InlineData("Stopping", "Exited", 143, false)] // in the dashboard
    [InlineData("Starting", "FailedToStart", null, false)]
    public void What_ends_by_itself_is_started_again_and_what_was_stopped_or_cannot_start_is_not(string before, string now, int? exitCode, bool isCrash) =>
        Assert.Equal(isCrash, RestartPolicy.IsCrash(before, now, exitCode));

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
