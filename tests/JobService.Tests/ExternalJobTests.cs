using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.JobService.Tests;

public class ExternalJobTests(Servers servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_reports_progress_asks_gets_its_answer_and_completes()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateExternalAsync();

        await jobs.ChangeAsync(id, "status", new
        {
            status = "RUNNING",
            progress = new { current_step = "PDF Processing", total_steps = 5, completed_steps = 2, percentage = 40, estimated_remaining = "5 minutes" },
            message = "Processing PDF files...",
        });
        var running = (await jobs.JobAsync(id))["job"]!;
        Assert.Equal("RUNNING", running["status"]!.GetValue<string>());
        Assert.Equal(
            """{"current_step":"PDF Processing","total_steps":5,"completed_steps":2,"percentage":40,"estimated_remaining":"5 minutes","message":"Processing PDF files..."}""",
            running["progress"]!.ToJsonString());

        await jobs.ChangeAsync(id, "status", new { status = "NEEDS_INPUT", message = "Which sheet?" });
        await jobs.ChangeAsync(id, "answer", new { sheet = 2 });
        Assert.Equal(2, (await jobs.JobAsync(id))["job"]!["answer"]!["sheet"]!.GetValue<int>());

        await jobs.ChangeAsync(id, "complete", new
        {
            final_status = "DONE",
            summary = new { total_records_processed = 1500 },
            final_artifacts = new[] { new { name = "audit_report.xlsx", path = "outputs/a.xlsx", type = "excel_report", size = 2048576, description = "Report" } },
            completion_message = "Audit completed successfully",
        });
        var done = await jobs.JobAsync(id);
        Assert.Equal("DONE", done["job"]!["status"]!.GetValue<string>());
        Assert.Equal("audit_report.xlsx", done["job"]!["artifacts"]![0]!["name"]!.GetValue<string>());
        Assert.Equal(1500, done["job"]!["result"]!["total_records_processed"]!.GetValue<int>());
        Assert.Equal(
            ["PENDING", "RUNNING", "NEEDS_INPUT", "RUNNING", "DONE"], done["history"]!.AsArray().Select(entry => entry!["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_finished_job_stays_finished_and_the_same_report_again_is_harmless()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateExternalAsync();
        await jobs.ChangeAsync(id, "complete", new { final_status = "FAILED", completion_message = "no disk" });

        await jobs.ChangeAsync(id, "complete", new { final_status = "FAILED", completion_message = "no disk" });
        using var revived = await jobs.PostAsync($"/api/jobs/{id}/complete", new { final_status = "DONE" });

        await AssertProblemAsync(revived, HttpStatusCode.Conflict, "E_INVALID_STATUS");
        Assert.Equal(2, (await jobs.JobAsync(id))["history"]!.AsArray().Count);
    }

    [Fact]
    public async Task Reports_that_make_no_sense_are_refused()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateExternalAsync();

        async Task Refused(string path, object body, HttpStatusCode status, string code)
        {
            using var response = await jobs.PostAsync($"/api/jobs/{path}", body);
            await AssertProblemAsync(response, status, code);
        }

        await Refused($"{id}/status", new { status = "SLEEPING" }, HttpStatusCode.BadRequest, "E_INVALID_STATUS");
        await Refused($"{id}/status", new { status = "PENDING" }, HttpStatusCode.BadRequest, "E_INVALID_STATUS");
        await Refused($"{id}/status", new { status = "RUNNING", progress = new { percentage = 101 } }, HttpStatusCode.BadRequest, "E_SERIALIZATION_ERROR");
        await Refused($"{id}/complete", new { final_status = "RUNNING" }, HttpStatusCode.BadRequest, "E_INVALID_STATUS");
        await Refused($"{id}/complete", new { final_status = "DONE", final_artifacts = new[] { new { name = "x" } } }, HttpStatusCode.BadRequest, "E_SERIALIZATION_ERROR");
        await Refused($"{id}/complete", new { final_status = "DONE", final_artifacts = new[] { new { name = "x", path = "y", download_url = "javascript:alert(1)" } } }, HttpStatusCode.BadRequest, "E_SERIALIZATION_ERROR");
        await Refused($"{id}/answer", new { a = 1 }, HttpStatusCode.Conflict, "E_INVALID_STATUS");
        await Refused($"{id}/answer", new[] { 1 }, HttpStatusCode.BadRequest, "E_SERIALIZATION_ERROR");
        await Refused($"{Guid.CreateVersion7()}/status", new { status = "RUNNING" }, HttpStatusCode.NotFound, "E_JOB_NOT_FOUND");
        await Refused($"{id}/retry", new { }, HttpStatusCode.Conflict, "E_INVALID_STATUS");
    }

    [Fact]
    public async Task A_body_over_the_cap_is_refused()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        using var response = await jobs.PostAsync("/api/jobs", new { input_data = new { x = new string('x', 300_000) } });
        await AssertProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "E_TOO_LARGE");
    }

    [Fact]
    public async Task Another_owner_can_neither_see_nor_touch_a_job()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateExternalAsync();
        var stranger = Guid.CreateVersion7();

        foreach (var (path, body) in new (string, object)[]
        {
            ("status", new { status = "RUNNING" }), ("complete", new { final_status = "DONE" }), ("answer", new { a = 1 }), ("retry", new { }),
        })
        {
            using var response = await jobs.PostAsync($"/api/jobs/{id}/{path}", body, owner: stranger);
            await AssertProblemAsync(response, HttpStatusCode.NotFound, "E_JOB_NOT_FOUND");
        }
        using var cancelled = await jobs.DeleteAsync($"/api/jobs/{id}", stranger);
        await AssertProblemAsync(cancelled, HttpStatusCode.NotFound, "E_JOB_NOT_FOUND");
        using var list = await jobs.GetAsync("/api/jobs", stranger);
        Assert.Empty((await list.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["jobs"]!.AsArray());
    }

    [Fact]
    public async Task A_cancelled_job_is_retried_as_a_new_one_linked_to_it()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateExternalAsync();
        using var cancelled = await jobs.DeleteAsync($"/api/jobs/{id}");
        Assert.Equal("CANCELLED", (await cancelled.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["status"]!.GetValue<string>());

        using var response = await jobs.PostAsync($"/api/jobs/{id}/retry", new { });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var again = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["job_id"]!.GetValue<Guid>();
        Assert.NotEqual(id, again);
        Assert.Equal(id, (await jobs.JobAsync(again))["job"]!["retry_of"]!.GetValue<Guid>());
    }

    [Fact]
    public async Task A_list_is_newest_first_filtered_and_paged_without_gap_or_repetition()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var created = new List<Guid>();
        for (var i = 0; i < 7; i++)
            created.Add(await jobs.CreateExternalAsync(new { prompt = $"fox number {i}" }));
        await jobs.ChangeAsync(created[3], "complete", new { final_status = "DONE" });

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await jobs.ListAsync($"limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page["jobs"]!.AsArray().Select(job => job!["job_id"]!.GetValue<Guid>()));
            cursor = page["next_cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Reverse(created), seen);
        Assert.Equal([created[3]], Ids(await jobs.ListAsync("status=DONE,FAILED")));
        Assert.Equal([created[5]], Ids(await jobs.ListAsync("text=number+5")));
        Assert.Empty(Ids(await jobs.ListAsync("kind=image")));
        Assert.Empty(Ids(await jobs.ListAsync("created_after=2100-01-01T00:00:00Z")));
        Assert.Equal(7, Ids(await jobs.ListAsync("created_before=2100-01-01T00:00:00Z&kind=external")).Count);

        using var wrong = await jobs.GetAsync("/api/jobs?status=ODD");
        await AssertProblemAsync(wrong, HttpStatusCode.BadRequest, "E_INVALID_STATUS");
        using var much = await jobs.GetAsync("/api/jobs?limit=1000");
        await AssertProblemAsync(much, HttpStatusCode.BadRequest, "E_LIMIT");
    }

    private static List<Guid> Ids(JsonObject page) => [.. page["jobs"]!.AsArray().Select(job => job!["job_id"]!.GetValue<Guid>())];

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (await response.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["code"]!.GetValue<string>());
    }
}
