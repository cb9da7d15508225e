using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.JobService.Tests;

public class CreatingTests(Servers servers)
{
    [Fact]
    public async Task A_job_is_created_with_its_id_and_can_be_read_with_its_history()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);

        using var response = await jobs.PostAsync(new { kind = "external", input_data = new { pop_file_path = "a.xlsx" }, metadata = new { user_id = "u1" } });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var created = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        Assert.Equal(["job_id", "status", "created_at", "message"], created.Select(member => member.Key));
        Assert.Equal("PENDING", created["status"]!.GetValue<string>());

        var answer = await jobs.JobAsync(created["job_id"]!.GetValue<Guid>());
        Assert.Equal("a.xlsx", answer["job"]!["input_data"]!["pop_file_path"]!.GetValue<string>());
        Assert.Equal("u1", answer["job"]!["metadata"]!["user_id"]!.GetValue<string>());
        Assert.Equal("PENDING", Assert.Single(answer["history"]!.AsArray())!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_idempotency_key_and_request_is_the_same_job_and_another_request_is_a_conflict()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var response = await jobs.PostAsync(new { input_data = new { a = 1 } }, key: "k");
            return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["job_id"]!.GetValue<Guid>();
        }));
        using var other = await jobs.PostAsync(new { input_data = new { a = 2 } }, key: "k");
        using var others = await jobs.PostAsync(new { input_data = new { a = 2 } }, key: "k", owner: Guid.CreateVersion7());

        Assert.Single(answers.Distinct());
        Assert.Equal("E_IDEMPOTENCY_CONFLICT", await CodeOf(other, HttpStatusCode.Conflict));
        Assert.Equal(HttpStatusCode.Created, others.StatusCode);
    }

    [Fact]
    public async Task Bad_requests_are_refused_with_a_stable_code()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);

        async Task<string> Refused(object body)
        {
            using var response = await jobs.PostAsync(body);
            return await CodeOf(response, HttpStatusCode.BadRequest);
        }

        Assert.Equal("E_PROMPT_EMPTY", await Refused(new { kind = "image", input_data = new { prompt = "  " } }));
        Assert.Equal("E_PROMPT_EMPTY", await Refused(new { kind = "image" }));
        Assert.Equal("E_PROMPT_TOO_LONG", await Refused(new { kind = "image", input_data = new { prompt = new string('x', 8_193) } }));
        Assert.Equal("E_UNKNOWN_MODEL", await Refused(new { kind = "image", input_data = new { prompt = "x", model = "nope" } }));
        Assert.Equal("E_ASPECT_RATIO", await Refused(new { kind = "image", input_data = new { prompt = "x", aspect_ratio = "wide" } }));
        Assert.Equal("E_SERIALIZATION_ERROR", await Refused(new { kind = "image", input_data = new { prompt = 5 } }));
        Assert.Equal("E_SERIALIZATION_ERROR", await Refused(new { kind = "image", input_data = "x" }));
        Assert.Equal("E_SERIALIZATION_ERROR", await Refused(new { kind = "sculpture" }));
        Assert.Equal("E_UNKNOWN_OPERATION", await Refused(new { kind = "image", operation = "fold", input_data = new { prompt = "x" } }));
    }

    [Fact]
    public async Task Strangers_are_refused_and_another_owners_job_is_unknown()
    {
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        var id = await jobs.CreateAsync();

        using var others = await jobs.GetAsync($"/api/jobs/{id}", owner: Guid.CreateVersion7());
        using var unknown = await jobs.GetAsync($"/api/jobs/{Guid.CreateVersion7()}");
        using var nonsense = await jobs.GetAsync("/api/jobs/nonsense");
        using var stranger = await jobs.Anonymous.GetAsync($"/api/jobs/{id}", TestContext.Current.CancellationToken);

        Assert.Equal("E_JOB_NOT_FOUND", await CodeOf(others, HttpStatusCode.NotFound));
        Assert.Equal("E_JOB_NOT_FOUND", await CodeOf(unknown, HttpStatusCode.NotFound));
        Assert.Equal("E_JOB_NOT_FOUND", await CodeOf(nonsense, HttpStatusCode.NotFound));
        Assert.Equal("E_AUTHENTICATION_FAILED", await CodeOf(stranger, HttpStatusCode.Unauthorized));
    }

    private static async Task<string> CodeOf(HttpResponseMessage response, HttpStatusCode expected)
    {
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!["code"]!.GetValue<string>();
    }
}
