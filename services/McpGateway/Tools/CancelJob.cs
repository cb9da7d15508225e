using System.ComponentModel;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>cancel_job</c>.</summary>
[McpServerToolType]
internal sealed class CancelJob(JobCalls calls, JobsClient jobs)
{
    [McpServerTool(
        Name = "cancel_job", Title = "Cancel a job",
        ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate)]
    [Description(
        """
        Stops a job that is not wanted any more. What the provider is drawing already may still cost; its result is not taken.
        A job that is completed or failed cannot be cancelled (E_INVALID_STATUS); cancelling twice does nothing.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("The job to stop.")] string job_id,
        CancellationToken cancellationToken = default)
    {
        var (owner, id) = (call.User!.OwnerId(), ToolNames.Job(job_id));
        await jobs.CancelAsync(owner, id, cancellationToken);
        return await calls.ReportAsync(owner, id, cancellationToken);
    }
}
