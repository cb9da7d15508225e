using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.JobService.Tests;

/// <summary>Several jobs in one answer.</summary>
public class ReadingTests(Servers servers)
{
    [Fact]
    public async Task Several_jobs_are_read_at_once_each_as_by_itself_and_for_its_own_owner_alone()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var stranger = Guid.CreateVersion7();
        var (mine, done) = (await jobs.CreateExternalAsync(), await jobs.CreateExternalAsync());
        await jobs.ChangeAsync(done, "complete", new { final_status = "DONE", completion_message = "There." });

        using var response = await jobs.PostAsync("/api/jobs/read", new
        {
            jobs = new object[]
            {
                Wanted(jobs.Owner, done), Wanted(stranger, mine), Wanted(jobs.Owner, Guid.CreateVersion7()), Wanted(jobs.Owner, mine), Wanted(jobs.Owner, done),
            },
        });

        var answer = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["jobs"]!.AsArray();
        var (mineAlone, doneAlone) = ((await jobs.JobAsync(mine))["job"], (await jobs.JobAsync(done))["job"]);
        Assert.Equal(5, answer.Count);
        foreach (var (job, alone) in answer.Zip([doneAlone, null, null, mineAlone, doneAlone]))
            Assert.True(JsonNode.DeepEquals(alone, job), $"{job}");

        static object Wanted(Guid owner_id, Guid job_id) => new { owner_id, job_id };
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task No_jobs_at_once_and_too_many_are_refused(int count)
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);

        using var response = await jobs.PostAsync("/api/jobs/read", new
        {
            jobs = Enumerable.Range(0, count).Select(_ => new { owner_id = jobs.Owner, job_id = Guid.CreateVersion7() }),
        });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
