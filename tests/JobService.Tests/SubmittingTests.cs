using System.Collections.Concurrent;
using System.Diagnostics;
using Dapper;
using MjAspire.ServiceDefaults;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.JobService.Tests;

/// <summary>What is written down, and told, of a submit.</summary>
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_submit_is_a_span_of_generative_ai_with_the_callback_below_it(bool showsPrompts)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MjAspire.Jobs" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var task = $"task-{Guid.CreateVersion7()}";
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", $"{showsPrompts}"));
        jobs.Relay.OnSubmit = (_, _) => Task.FromResult<object?>(new { code = 1, result = task });

        await jobs.JobAtStepAsync(await jobs.CreateAsync("a fox in the snow"), "submitted");

        var span = await Eventually.GetAsync(
            () => Task.FromResult(spans.FirstOrDefault(span => task.Equals(span.GetTagItem("gen_ai.response.id")))), "the submit's span to end");
        Assert.Equal(("generate_content midjourney", ActivityKind.Client, ActivityStatusCode.Unset), (span.DisplayName, span.Kind, span.Status));
        Assert.Equal(("midjourney", "generate_content", "midjourney"),
            (span.GetTagItem("gen_ai.provider.name"), span.GetTagItem("gen_ai.operation.name"), span.GetTagItem("gen_ai.request.model")));
        Assert.Equal(showsPrompts, string.Join(' ', span.TagObjects).Contains("a fox in the snow", StringComparison.Ordinal));
        Assert.Contains(spans, post => post.Source.Name == "System.Net.Http" && post.ParentSpanId == span.SpanId);

        var token = new Uri(jobs.Relay.Submits.Single()["notifyHook"]!.GetValue<string>()).Segments[^1];
        Assert.True(CallbackToken.TryRead("token-key-of-the-tests", token, TimeProvider.System.GetUtcNow(), out var callback));
        Assert.Equal(span.SpanId, callback.Trace.SpanId);
    }

    [Fact]
    public async Task A_refused_submit_is_a_failed_span()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MjAspire.Jobs",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var jobs = await JobsUnderTest.StartAsync(servers);
        jobs.Relay.OnSubmit = (_, _) => Task.FromResult<object?>(new { code = 24, description = "Banned word: xyz" });

        await jobs.JobWhenAsync(await jobs.CreateAsync(), "FAILED");

        Assert.Contains(spans, span => span.Status == ActivityStatusCode.Error && "E_PROMPT_BANNED".Equals(span.GetTagItem("error.type")));
    }
}
