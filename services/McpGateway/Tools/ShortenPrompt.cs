using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>shorten_prompt</c>.</summary>
[McpServerToolType]
internal sealed class ShortenPrompt(JobCalls calls)
{
    [McpServerTool(
        Name = "shorten_prompt", Title = "Shorten a prompt",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate), StartsJob]
    [Description(
        """
        Finds out which words of a long prompt matter and offers shorter prompts that draw much the same. They come as texts of the completed job.
        Returns a job's id at once; then wait_for_job or get_job_status, or give wait_seconds.
        """)]
    public Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        IProgress<ProgressNotificationValue> progress,
        [Description("The prompt to shorten.")]
        [StringLength(JobCalls.LongestPrompt, MinimumLength = 1)] string prompt,
        [Description("Seconds to wait for the result before returning. Leave out to return at once.")]
        [Range(0, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default) =>
        calls.StartAsync(call, progress, "shorten", new() { Prompt = prompt }, wait_seconds, cancellationToken);
}
