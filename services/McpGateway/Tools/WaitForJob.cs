using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>wait_for_job</c>.</summary>
[McpServerToolType]
internal sealed class WaitForJob(JobCalls calls, JobsClient jobs)
{
    private const int UsualSeconds = 30;

    [McpServerTool(
        Name = "wait_for_job", Title = "Wait for a job",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Read)]
    [Description(
        """
        Stays with a job until it is completed, failed, cancelled or needs input, for at most wait_seconds, and then tells what
        get_job_status tells. Progress is reported meanwhile. If it returns while the job is still processing, call it again.
        Ending the call early does not end the job.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        IProgress<ProgressNotificationValue> progress,
        [Description("The job id that generate_image or another tool returned.")] string job_id,
        [Description("Seconds to wait at most, 1 to 45; 30 when left out.")]
        [Range(1, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default)
    {
        var job = await jobs.GetAsync(call.User!.OwnerId(), ToolNames.Job(job_id), cancellationToken);
        return await calls.FollowAsync(call, progress, job, wait_seconds ?? UsualSeconds, cancellationToken);
    }
}
