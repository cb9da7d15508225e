using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Batching;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.JobService.Tests;

public class BatchTests(Servers servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prompts_become_a_job_each_and_the_batch_is_done_when_all_are()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);

        using var response = await jobs.PostAsync("/api/batches", new { prompts = new[] { "a fox", "a hen" }, input_data = new { aspect_ratio = "16:9" }, metadata = new { user_id = "u1" } });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var created = await ReadAsync(response);
        Assert.Equal(["batch_id", "status", "created_at", "size", "message", "jobs"], created.Select(member => member.Key));
        var id = created["batch_id"]!.GetValue<Guid>();
        Assert.Equal($"/api/batches/{id}", response.Headers.Location!.OriginalString);

        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count == 2, "both to be submitted");
        Assert.Equal(["a fox --ar 16:9", "a hen --ar 16:9"], jobs.Relay.Submits.Select(submit => submit["prompt"]!.GetValue<string>()).Order());
        var members = created["jobs"]!.AsArray().Select(job => job!["job_id"]!.GetValue<Guid>()).ToList();
        await FinishAsync(jobs, members[0]);
        var half = await BatchWhenAsync(jobs, id, "RUNNING", batch => batch["counts"]!["DONE"]!.GetValue<int>() == 1);
        Assert.Equal(["a fox", "a hen"], half["jobs"]!.AsArray().Select(job => job!["input_data"]!["prompt"]!.GetValue<string>()));
        Assert.All(half["jobs"]!.AsArray(), job => Assert.Equal((id, "u1"), (job!["batch_id"]!.GetValue<Guid>(), job["metadata"]!["user_id"]!.GetValue<string>())));
        Assert.Equal(["CANCELLED", "DONE", "FAILED", "NEEDS_INPUT", "PENDING", "RUNNING"], half["counts"]!.AsObject().Select(count => count.Key).Order());

        await FinishAsync(jobs, members[1]);
        var done = await BatchWhenAsync(jobs, id, "DONE");
        Assert.Equal((2, 100), (done["size"]!.GetValue<int>(), done["percentage"]!.GetValue<double>()));
        Assert.All(done["jobs"]!.AsArray(), job => Assert.NotNull(job!["artifacts"]![0]!["download_url"]));
    }

    [Fact]
    public async Task A_count_makes_jobs_that_are_alike_with_seeds_counted_up()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);

        var batch = await CreateAsync(jobs, new { prompt = "a fox", count = 3, input_data = new { seed = 4_294_967_294 } });

        Assert.Equal(3, batch["jobs"]!.AsArray().Count);
        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count == 3, "all to be submitted");
        Assert.Equal(
            ["a fox --seed 0", "a fox --seed 4294967294", "a fox --seed 4294967295"],
            jobs.Relay.Submits.Select(submit => submit["prompt"]!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task The_same_idempotency_key_is_the_same_batch_and_another_request_is_a_conflict()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => CreateAsync(jobs, new { prompt = "a fox", count = 2 }, "k")));
        using var other = await jobs.PostAsync("/api/batches", new { prompt = "a fox", count = 3 }, "k");
        using var others = await jobs.PostAsync("/api/batches", new { prompt = "a fox", count = 3 }, "k", owner: Guid.CreateVersion7());

        Assert.Single(answers.Select(answer => answer["batch_id"]!.GetValue<Guid>()).Distinct());
        Assert.Equal(2, answers.SelectMany(answer => answer["jobs"]!.AsArray().Select(job => job!["job_id"]!.GetValue<Guid>())).Distinct().Count());
        Assert.Equal((HttpStatusCode.Conflict, "E_IDEMPOTENCY_CONFLICT"), (other.StatusCode, (await ReadAsync(other))["code"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.Created, others.StatusCode);
    }

    [Fact]
    public async Task A_cancelled_batch_cancels_what_has_not_ended()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var created = await CreateAsync(jobs, new { prompts = new[] { "a fox", "a hen", "a cat" } });
        var id = created["batch_id"]!.GetValue<Guid>();
        await Eventually.TrueAsync(() => jobs.Relay.Submits.Count == 3, "all to be submitted");
        await FinishAsync(jobs, created["jobs"]![0]!["job_id"]!.GetValue<Guid>());

        using var cancelled = await jobs.DeleteAsync($"/api/batches/{id}");
        using var again = await jobs.DeleteAsync($"/api/batches/{id}");

        foreach (var answer in new[] { cancelled, again })
        {
            var batch = (await ReadAsync(answer))["batch"]!;
            Assert.Equal(("PARTIAL", 1, 2), (batch["status"]!.GetValue<string>(), batch["counts"]!["DONE"]!.GetValue<int>(), batch["counts"]!["CANCELLED"]!.GetValue<int>()));
        }
    }

    [Fact]
    public async Task Another_owners_batch_is_unknown()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = (await CreateAsync(jobs, new { prompt = "a fox", count = 2 }))["batch_id"]!.GetValue<Guid>();

        using var read = await jobs.GetAsync($"/api/batches/{id}", Guid.CreateVersion7());
        using var cancel = await jobs.DeleteAsync($"/api/batches/{id}", Guid.CreateVersion7());
        using var nonsense = await jobs.GetAsync("/api/batches/nonsense");

        foreach (var answer in new[] { read, cancel, nonsense })
            Assert.Equal((HttpStatusCode.NotFound, "E_BATCH_NOT_FOUND"), (answer.StatusCode, (await ReadAsync(answer))["code"]!.GetValue<string>()));
        Assert.Equal(0, (await BatchAsync(jobs, id))["counts"]!["CANCELLED"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_batch_that_is_wrong_makes_no_job_at_all()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Batches:Limit", "3"));

        async Task<(string, int?)> Refused(object body)
        {
            using var response = await jobs.PostAsync("/api/batches", body);
            var problem = await ReadAsync(response);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            return (problem["code"]!.GetValue<string>(), problem["index"]?.GetValue<int>());
        }

        Assert.Equal(("E_BATCH", null), await Refused(new { prompt = "a fox" }));
        Assert.Equal(("E_BATCH", null), await Refused(new { prompts = new[] { "a fox" }, count = 2 }));
        Assert.Equal(("E_BATCH_LIMIT", null), await Refused(new { prompt = "a fox", count = 4 }));
        Assert.Equal(("E_BATCH_LIMIT", null), await Refused(new { prompt = "a fox", count = 0 }));
        Assert.Equal(("E_BATCH_LIMIT", null), await Refused(new { prompts = Array.Empty<string>() }));
        Assert.Equal(("E_SERIALIZATION_ERROR", null), await Refused(new { prompt = "a fox", count = 2, input_data = "x" }));
        Assert.Equal(("E_PROMPT_EMPTY", 1), await Refused(new { prompts = new[] { "a fox", " " } }));
        Assert.Equal(("E_UNKNOWN_MODEL", 0), await Refused(new { prompts = new[] { "a fox" }, input_data = new { model = "nope" } }));
        Assert.Empty((await jobs.ListAsync("limit=10"))["jobs"]!.AsArray());
    }

    [Fact]
    public async Task A_batch_goes_with_the_last_of_its_jobs()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("Retention:Interval", "00:00:01"));
        var id = (await CreateAsync(jobs, new { prompt = "a fox", count = 2 }))["batch_id"]!.GetValue<Guid>();
        (await jobs.DeleteAsync($"/api/batches/{id}")).Dispose();

        await using var database = NpgsqlDataSource.Create(jobs.Database);
        await using var age = database.CreateCommand(
            "update jobs set finished_at = finished_at - interval '31 days'; update batches set created_at = created_at - interval '31 days'");
        await age.ExecuteNonQueryAsync(Cancellation);

        await Eventually.TrueAsync(async () => (await jobs.GetAsync($"/api/batches/{id}")).StatusCode == HttpStatusCode.NotFound, "the batch to be gone");
    }

    [Theory]
    [InlineData("PENDING", JobStatus.Pending, JobStatus.Pending)]
    [InlineData("RUNNING", JobStatus.Pending, JobStatus.Running)]
    [InlineData("RUNNING", JobStatus.Pending, JobStatus.Done)]
    [InlineData("RUNNING", JobStatus.Running, JobStatus.NeedsInput)]
    [InlineData("NEEDS_INPUT", JobStatus.Done, JobStatus.NeedsInput)]
    [InlineData("DONE", JobStatus.Done, JobStatus.Done)]
    [InlineData("PARTIAL", JobStatus.Done, JobStatus.Failed)]
    [InlineData("PARTIAL", JobStatus.Done, JobStatus.Cancelled)]
    [InlineData("FAILED", JobStatus.Failed, JobStatus.Cancelled)]
    [InlineData("CANCELLED", JobStatus.Cancelled, JobStatus.Cancelled)]
    public void A_batch_is_what_its_jobs_are_together(string expected, JobStatus one, JobStatus other)
    {
        Assert.Equal(expected, Storage.Words.Of(BatchResource.StatusOf([one, other])));
        Assert.Equal(expected, Storage.Words.Of(BatchResource.StatusOf([other, one])));
    }

    /// <summary>Has a job drawn and stored.</summary>
    private static async Task FinishAsync(JobsUnderTest jobs, Guid id)
    {
        await jobs.JobAtStepAsync(id, "submitted");
        var task = $"task-{jobs.Relay.Submits.ToList().FindIndex(submit => submit["state"]!.GetValue<string>() == id.ToString()) + 1}";
        jobs.Relay.Tasks[task] = Relay.Success(task, id);
        await jobs.CallBackAsync(id, Relay.Success(task, id));
        await jobs.JobAtStepAsync(id, "storing");
        await jobs.PublishAsync(new ImagesStored(id, jobs.Owner, [new(Guid.CreateVersion7(), null, null, "image/png", 1024, 1024, 1000, "ab")]));
        await jobs.JobWhenAsync(id, "DONE");
    }

    private static async Task<JsonObject> CreateAsync(JobsUnderTest jobs, object body, string? key = null)
    {
        using var response = await jobs.PostAsync("/api/batches", body, key);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await ReadAsync(response);
    }

    private static async Task<JsonObject> BatchAsync(JobsUnderTest jobs, Guid id)
    {
        using var response = await jobs.GetAsync($"/api/batches/{id}");
        return (await ReadAsync(response.EnsureSuccessStatusCode()))["batch"]!.AsObject();
    }

    private static Task<JsonObject> BatchWhenAsync(JobsUnderTest jobs, Guid id, string status, Func<JsonObject, bool>? and = null) => Eventually.GetAsync(
        async () => await BatchAsync(jobs, id) is var batch && batch["status"]!.GetValue<string>() == status && and?.Invoke(batch) != false ? batch : null,
        $"the batch to be {status}");

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonObject>())!;
}
