using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Upstream;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>What all tools that start or follow a job share.</summary>
internal sealed class JobCalls(JobsClient jobs, JobWaiting waiting, JobQuestions questions, TimeProvider time)
{
    public const int LongestPrompt = 8_192, LongestNegativePrompt = 1_024, LargestBatch = 4;

    /// <summary>Starts a job, or several alike, and, if asked to, stays with the first for a while.</summary>
    public async Task<CallToolResult> StartAsync(
        RequestContext<CallToolRequestParams> call, IProgress<ProgressNotificationValue> progress,
        string operation, ImageRequest image, int? waitSeconds, CancellationToken cancellationToken, int count = 1)
    {
        var owner = call.User!.OwnerId();

        // A call made once more with the answer to a question of its job: the job exists.
        if (JobQuestions.JobOf(call) is { } asked)
            return await FollowAsync(call, progress, await jobs.GetAsync(owner, asked, cancellationToken), waitSeconds ?? 0, cancellationToken);

        if (Mistake(image) is var (code, message))
            return ToolAnswers.Failure(code, message);

        var several = count > 1 ? await jobs.CreateBatchAsync(owner, operation, image, count) : null;
        var created = several?.Jobs[0] ?? await jobs.CreateAsync(owner, operation, image);
        var job = new Job(created.JobId, created.Status, created.CreatedAt) { Operation = operation };
        var batch = several?.Ids;
        return waitSeconds is > 0
            ? await FollowAsync(call, progress, job, waitSeconds.Value, cancellationToken, batch)
            : JobReporting.Result(job, time.GetUtcNow(), batch);
    }

    /// <summary>Stays with a job until it comes to rest or the time is up. The job goes on whatever becomes of this call.</summary>
    public async Task<CallToolResult> FollowAsync(
        RequestContext<CallToolRequestParams> call, IProgress<ProgressNotificationValue> progress,
        Job job, int seconds, CancellationToken cancellationToken, IReadOnlyList<Guid>? batch = null)
    {
        var owner = call.User!.OwnerId();
        try
        {
            await questions.AnswerAsync(call, job.JobId, cancellationToken);
            job = await waiting.WaitAsync(owner, job.JobId, TimeSpan.FromSeconds(seconds), Show, cancellationToken);
        }
        catch (RefusedException e) when (e.InnerException is not null)
        {
            // The job exists, whatever became of watching it: its id must reach the caller. The reason is logged where it arose.
            return JobReporting.Result(job, time.GetUtcNow(), batch);
        }

        if (job.Status is JobStatus.NeedsInput)
            JobQuestions.Ask(call, job);
        return JobReporting.Result(job, time.GetUtcNow(), batch);

        void Show(Job seen) => progress.Report(JobReporting.Progress(JobReporting.Report(seen, time.GetUtcNow())));
    }

    public async Task<CallToolResult> ReportAsync(Guid owner, Guid jobId, CancellationToken cancellationToken) =>
        JobReporting.Result(await jobs.GetAsync(owner, jobId, cancellationToken), time.GetUtcNow());

    private static ToolError? Mistake(ImageRequest image) => image switch
    {
        { Prompt: { } prompt } when string.IsNullOrWhiteSpace(prompt) => new("E_PROMPT_EMPTY", "The prompt is empty. Describe the picture."),
        { Prompt: { Length: > LongestPrompt } prompt } =>
            new("E_PROMPT_TOO_LONG", $"The prompt has {prompt.Length:N0} characters; {LongestPrompt:N0} is the most."),
        { NegativePrompt: { Length: > LongestNegativePrompt } negative } =>
            new("E_PROMPT_TOO_LONG", $"The negative prompt has {negative.Length:N0} characters; {LongestNegativePrompt:N0} is the most."),
        _ => null,
    };
}
