using System.Text;
using MjAspire.Contracts.Jobs;
using MjAspire.DeliveryWorker.Planning;

namespace MjAspire.DeliveryWorker.Tests.Planning;

public sealed class JobEventsTests
{
    private static readonly JobChanged Done = new()
    {
        JobId = new Guid("0197a0e6-0000-7000-8000-000000000001"),
        OwnerId = new Guid("0197a0e6-0000-7000-8000-000000000002"),
        Kind = JobKind.Image,
        Operation = "imagine",
        Status = JobStatus.Done,
        PreviousStatus = JobStatus.Running,
        Sequence = 7,
        Progress = 100,
        Step = "done",
        Message = "Fertig: schön",
        OccurredAt = new DateTimeOffset(2026, 1, 1, 13, 0, 0, TimeSpan.FromHours(1)),
        Artifacts =
        [
            new("grid.png", "mj://images/1", "image/png", 1234)
            {
                DownloadUrl = "http://images.example/i/1?e=1&s=2", ImageId = new Guid("0197a0e6-0000-7000-8000-000000000003"), Width = 8, Height = 8,
            },
        ],
    };

    [Fact]
    public void Completed_job_is_told_like_this()
    {
        var happening = JobEvents.Of(Done, traceParent: "00-trace");

        Assert.Equal(("job.completed", Done.OwnerId, "00-trace"), (happening.Type, happening.OwnerId, happening.TraceParent));
        Assert.Equal(
            """{"type":"job.completed","timestamp":"2026-01-01T12:00:00Z","data":{"job_id":"0197a0e6-0000-7000-8000-000000000001","kind":"image","operation":"imagine","status":"DONE","previous_status":"RUNNING","sequence":7,"progress":100,"step":"done","message":"Fertig: schön","error":null,"artifacts":[{"name":"grid.png","path":"mj://images/1","type":"image/png","size":1234,"description":null,"download_url":"http://images.example/i/1?e=1&s=2","image_id":"0197a0e6-0000-7000-8000-000000000003","parent_image_id":null,"index":null,"width":8,"height":8}]}}""",
            Encoding.UTF8.GetString(happening.Payload));
    }

    [Fact]
    public void Failed_job_carries_its_code() => Assert.Contains(
        "\"error\":{\"code\":\"E_TIMEOUT\",\"message\":\"Too late.\"}",
        Encoding.UTF8.GetString(JobEvents.Of(Done with { Status = JobStatus.Failed, ErrorCode = "E_TIMEOUT", Message = "Too late." }, null).Payload),
        StringComparison.Ordinal);

    [Fact]
    public void Same_change_has_the_same_id_and_bytes_and_any_other_change_another()
    {
        var (one, again) = (JobEvents.Of(Done, null), JobEvents.Of(Done with { }, null));

        Assert.Equal(one.Id, again.Id);
        Assert.Equal(one.Payload, again.Payload);
        Assert.NotEqual(one.Id, JobEvents.Of(Done with { Sequence = 8 }, null).Id);
        Assert.NotEqual(one.Id, JobEvents.Of(Done with { JobId = Guid.CreateVersion7() }, null).Id);
        Assert.Equal(8, one.Id.Version);
    }

    [Theory]
    [InlineData(null, JobStatus.Pending, "job.created")]
    [InlineData(null, JobStatus.Running, "job.created")]
    [InlineData(JobStatus.Pending, JobStatus.Running, "job.running")]
    [InlineData(JobStatus.Running, JobStatus.Running, "job.progress")]
    [InlineData(JobStatus.Pending, JobStatus.Pending, "job.progress")]
    [InlineData(JobStatus.NeedsInput, JobStatus.NeedsInput, "job.progress")]
    [InlineData(JobStatus.Running, JobStatus.NeedsInput, "job.needs_input")]
    [InlineData(JobStatus.NeedsInput, JobStatus.Running, "job.running")]
    [InlineData(JobStatus.Running, JobStatus.Done, "job.completed")]
    [InlineData(JobStatus.Pending, JobStatus.Failed, "job.failed")]
    [InlineData(JobStatus.Running, JobStatus.Cancelled, "job.cancelled")]
    public void Change_is_named_by_what_it_changed(JobStatus? previous, JobStatus status, string type) =>
        Assert.Equal(type, JobEvents.TypeOf(Done with { PreviousStatus = previous, Status = status }));

    [Fact]
    public void Endpoint_gets_a_type_it_asked_for_by_name_family_or_star()
    {
        Assert.Equal(["job.needs_input", "job.*", "*"], EventTypes.Patterns("job.needs_input"));
        Assert.Equal(["provider.callback", "provider.*"], EventTypes.Patterns("provider.callback"));
        Assert.All(["job.created", "job.*", "message.pushed", "message.*", "image.stored", "provider.callback", "endpoint.disabled", "*"], text => Assert.True(EventTypes.IsPattern(text)));
        Assert.All(["", "job", "job.", "job.done", "JOB.*", "**", "*.completed", "endpoint.test"], text => Assert.False(EventTypes.IsPattern(text)));
    }
}
