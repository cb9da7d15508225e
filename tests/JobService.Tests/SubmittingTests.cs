using Dapper;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.JobService.Tests;

/// <summary>What is written down of a submit.</summary>
public class SubmittingTests(Servers servers)
{
    [Fact]
    public async Task An_attempt_and_its_grace_begin_at_one_moment()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Jobs:SubmitGrace", "00:10:00"), ("Jobs:Deadline", "01:00:00"));
        using var answer = new SemaphoreSlim(0);
        jobs.Relay.OnSubmit = async (context, _) =>
        {
            await answer.WaitAsync(context.RequestAborted);
            return null;
        };
        var id = await jobs.CreateAsync();
        await Eventually.TrueAsync(() => !jobs.Relay.Submits.IsEmpty, "the submit to be under way");

        await using var connection = new NpgsqlConnection(jobs.Database);
        var grace = await connection.ExecuteScalarAsync<TimeSpan>(
            "select next_check_at - attempt.started_at from jobs join submit_attempts attempt on job_id = id where id = @id", new { id });

        Assert.Equal(TimeSpan.FromMinutes(10), grace);
        answer.Release();
        await jobs.JobAtStepAsync(id, "submitted");
    }
}
