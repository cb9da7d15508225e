using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>describe_image</c>.</summary>
[McpServerToolType]
internal sealed class DescribeImage(JobCalls calls)
{
    [McpServerTool(
        Name = "describe_image", Title = "Describe an image",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate), StartsJob]
    [Description(
        """
        Finds words for a picture: prompts that would make pictures like it, good to start generate_image from. They come as texts of the completed
        job. Returns a job's id at once; then wait_for_job or get_job_status, or give wait_seconds.
        """)]
    public Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        IProgress<ProgressNotificationValue> progress,
        [Description("The picture: a web address, a job id, or mj://images/{id}. Never base64.")] string image,
        [Description("Seconds to wait for the result before returning. Leave out to return at once.")]
        [Range(0, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default) =>
        calls.StartAsync(call, progress, "describe", new() { Images = [ToolNames.Input(image)] }, wait_seconds, cancellationToken);
}
