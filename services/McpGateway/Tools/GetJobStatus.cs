using System.ComponentModel;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>get_job_status</c>.</summary>
[McpServerToolType]
internal sealed class GetJobStatus(JobCalls calls)
{
    [McpServerTool(
        Name = "get_job_status", Title = "Get a job's status and pictures",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Read)]
    [Description(
        """
        Tells how far a job is and, once it is completed, where its pictures are: links that open without a key, also given as resource
        links. The first picture is the whole 2x2 grid, the next four are its parts. While the status is pending or processing, call again
        after next_poll_seconds, or let wait_for_job do the waiting; needs_input waits for answer_job; completed, failed and cancelled are
        final. A failed job says why and is not tried again by itself.
        """)]
    public Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("The job id that generate_image or another tool returned.")] string job_id,
        CancellationToken cancellationToken = default) =>
        calls.ReportAsync(call.User!.OwnerId(), ToolNames.Job(job_id), cancellationToken);
}
