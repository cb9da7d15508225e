using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>How far a worker is, as it says itself.</summary>
internal sealed record WorkerProgress(
    [property: StringLength(200)] string? CurrentStep = null,
    [property: Range(0, int.MaxValue)] int? TotalSteps = null,
    [property: Range(0, int.MaxValue)] int? CompletedSteps = null,
    [property: Description("0 to 100."), Range(0, 100)] double? Percentage = null,
    [property: Description("In your own words, such as '5 minutes'."), StringLength(200)] string? EstimatedRemaining = null);

/// <summary>Something a worker made and keeps itself.</summary>
internal sealed record WorkerArtifact(
    [property: Description("A file name.")] string Name,
    [property: Description("Where the worker keeps it.")] string Path,
    [property: Description("Media type, or a word of your own.")] string? Type = null,
    [property: Description("Bytes.")] long? Size = null,
    string? Description = null,
    [property: Description("Where it can be fetched, http or https.")] string? DownloadUrl = null);

/// <summary>The tools of external workers: <c>push_status</c>, <c>pull_job</c>, <c>complete_job</c>.</summary>
[McpServerToolType]
internal sealed class WorkerTools(JobsClient jobs)
{
    [McpServerTool(
        Name = "push_status", Title = "Report a job's status",
        ReadOnly = false, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(ChangedJob))]
    [NeedsScope(Scopes.Worker)]
    [Description(
        """
        For a worker that runs an external job itself: says how the job stands. RUNNING with progress while you work; NEEDS_INPUT with the
        question as message when you cannot go on (the answer is then in the job that pull_job shows, and the status RUNNING again);
        DONE, FAILED or CANCELLED to end it, or better complete_job, which takes results too. Jobs of an image provider are not reported on.
        """)]
    public async Task<CallToolResult> PushStatusAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("The job.")] string job_id,
        [Description("Its status.")]
        [AllowedValues("RUNNING", "NEEDS_INPUT", "DONE", "FAILED", "CANCELLED")] string status,
        [Description("How far it is.")] WorkerProgress? progress = null,
        [Description("What is going on, in a sentence; the question, for NEEDS_INPUT.")]
        [StringLength(4_000)] string? message = null,
        CancellationToken cancellationToken = default) =>
        Answer(await jobs.ReportAsync(
            call.User!.OwnerId(), ToolNames.Job(job_id), new { Status = status, Progress = progress, Message = message }, cancellationToken));

    [McpServerTool(
        Name = "pull_job", Title = "Read a job in full",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(PulledJob))]
    [NeedsScope(Scopes.Read)]
    [Description(
        """
        Shows a job in full, as it was given: input_data, metadata, progress, artifacts, the answer to a question, and its history if asked for.
        For workers; to follow a picture, get_job_status is shorter.
        """)]
    public async Task<CallToolResult> PullJobAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("The job.")] string job_id,
        [Description("True for every status it went through.")] bool include_history = false,
        CancellationToken cancellationToken = default)
    {
        var pulled = await jobs.GetRawAsync(call.User!.OwnerId(), ToolNames.Job(job_id), include_history, cancellationToken);
        return ToolAnswers.Success(pulled, pulled.ToJsonString(ToolAnswers.Json));
    }

    [McpServerTool(
        Name = "complete_job", Title = "Complete a job",
        ReadOnly = false, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(ChangedJob))]
    [NeedsScope(Scopes.Worker)]
    [Description(
        """
        For a worker that runs an external job itself: ends the job with its result. Whoever waits for it, or has a webhook, is told.
        Completing it again the same way does nothing; a final status does not change any more (E_INVALID_STATUS).
        """)]
    public async Task<CallToolResult> CompleteJobAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("The job.")] string job_id,
        [Description("How it ended.")]
        [AllowedValues("DONE", "FAILED", "CANCELLED")] string final_status,
        [Description("The result, any object.")] JsonObject? summary = null,
        [Description("What was made.")]
        [MaxLength(100)] WorkerArtifact[]? artifacts = null,
        [Description("How it went, in a sentence.")]
        [StringLength(4_000)] string? completion_message = null,
        CancellationToken cancellationToken = default) =>
        Answer(await jobs.CompleteAsync(
            call.User!.OwnerId(), ToolNames.Job(job_id),
            new { FinalStatus = final_status, Summary = summary, FinalArtifacts = artifacts, CompletionMessage = completion_message },
            cancellationToken));

    private static CallToolResult Answer(ChangedJob job) =>
        ToolAnswers.Success(job, $"The job {job.JobId} is {ToolAnswers.Word(JobReporting.StateOf(job.Status))}. {job.Message}");

    /// <summary>Structured content of <c>pull_job</c>.</summary>
    private sealed record PulledJob(
        [property: Description("The job.")] JsonObject Job,
        [property: Description("Every status it went through: timestamp, status, message, step.")] JsonArray? History);
}
