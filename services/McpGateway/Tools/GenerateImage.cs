using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>generate_image</c>. Its parameters' names are the wire's.</summary>
[McpServerToolType]
internal sealed class GenerateImage(JobsClient jobs, JobWaiting waiting, TimeProvider time)
{
    private const int LongestPrompt = 8_192, LongestNegativePrompt = 1_024;

    [McpServerTool(
        Name = "generate_image", Title = "Generate an image",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(Started))]
    [Description(
        """
        Starts making a picture from a description and returns a job id at once; a picture takes from seconds to minutes.
        Then call get_job_status with the job id, after next_poll_seconds, until its status is completed: it has links to the picture and,
        for a 2x2 grid, to each of its four parts. With wait_seconds the call stays open so long and may save that second call.
        Each call makes a new picture and may cost money: do not call again for one that is still being made.
        """)]
    public async Task<CallToolResult> RunAsync(
        ClaimsPrincipal caller,
        IProgress<ProgressNotificationValue> progress,
        [Description("What the picture shows: subject, surroundings, light, style, mood. Sentences or keywords; English works best.")]
        [StringLength(LongestPrompt, MinimumLength = 1)] string prompt,
        [Description("The image model to use, by its name. Leave out for the default.")] string? model = null,
        [Description("Width to height, such as 1:1, 16:9 or 2:3. Leave out for the model's own.")] string? aspect_ratio = null,
        [Description("What the picture must not show, such as: text, watermark, people.")]
        [StringLength(LongestNegativePrompt)] string? negative_prompt = null,
        [Description("Seconds to wait for the picture before returning, 0 to 45. Leave out to return at once.")]
        [Range(0, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default)
    {
        if (Mistake(prompt, negative_prompt, wait_seconds) is var (code, message))
            return ToolAnswers.Failure(code, message);

        var image = new ImageRequest { Prompt = prompt, Model = model, AspectRatio = aspect_ratio, NegativePrompt = negative_prompt };
        var created = await jobs.CreateAsync(caller.OwnerId(), image);
        var job = new Job(created.JobId, created.Status, created.CreatedAt);
        if (wait_seconds is > 0)
            job = await WaitAsync(caller.OwnerId(), job, TimeSpan.FromSeconds(wait_seconds.Value), progress, cancellationToken);

        var report = JobReporting.Report(job, time.GetUtcNow());
        var started = new Started(report.JobId, report.Status, report.NextPollSeconds ?? 0, Advise(report));
        return report.Status is JobState.Completed
            ? ToolAnswers.Success(started, JobReporting.Content(report))
            : ToolAnswers.Success(started, started.Message);
    }

    private static ToolError? Mistake(string prompt, string? negative, int? waitSeconds) => (prompt, negative, waitSeconds) switch
    {
        _ when string.IsNullOrWhiteSpace(prompt) =>
            new("E_PROMPT_EMPTY", "The prompt is empty. Describe the picture."),
        ({ Length: > LongestPrompt }, _, _) =>
            new("E_PROMPT_TOO_LONG", $"The prompt has {prompt.Length:N0} characters; {LongestPrompt:N0} is the most."),
        (_, { Length: > LongestNegativePrompt }, _) =>
            new("E_PROMPT_TOO_LONG", $"The negative prompt has {negative.Length:N0} characters; {LongestNegativePrompt:N0} is the most."),
        (_, _, < 0 or > JobWaiting.LongestSeconds) =>
            new("E_INVALID_ARGUMENT", $"The argument 'wait_seconds' must be from 0 to {JobWaiting.LongestSeconds}."),
        _ => null,
    };

    private async Task<Job> WaitAsync(
        Guid owner, Job job, TimeSpan patience, IProgress<ProgressNotificationValue> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await waiting.WaitAsync(owner, job.JobId, patience, Show, cancellationToken);
        }
        catch (JobRefusedException)
        {
            // The job exists, whatever became of watching it: its id must reach the caller. The reason is logged where it arose.
            return job;
        }

        void Show(Job seen) => progress.Report(JobReporting.Progress(JobReporting.Report(seen, time.GetUtcNow())));
    }

    private static string Advise(JobReport report) => report.Status switch
    {
        JobState.Pending => $"The job {report.JobId} is accepted. Call get_job_status in {report.NextPollSeconds} seconds.",
        JobState.Processing => $"The job {report.JobId} is at {report.Progress} %. Call get_job_status in {report.NextPollSeconds} seconds.",
        _ => $"{report.Message} Call get_job_status with job_id {report.JobId} for the details.",
    };

    /// <summary>Structured content of <c>generate_image</c>.</summary>
    private sealed record Started(
        [property: Description("Ask get_job_status about this.")] Guid JobId,
        [property: Description("pending at first; with wait_seconds it may be further.")] JobState Status,
        [property: Description("Seconds to wait before asking for the status; 0 when the job has come to rest.")] int NextPollSeconds,
        [property: Description("What to do next.")] string Message);
}
