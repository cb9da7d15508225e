using System.ComponentModel;
using System.Security.Claims;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>get_job_status</c>.</summary>
[McpServerToolType]
internal sealed class GetJobStatus(JobsClient jobs, TimeProvider time)
{
    [McpServerTool(
        Name = "get_job_status", Title = "Get a job's status and pictures",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [Description(
        """
        Tells how far a job is and, once it is completed, where its pictures are: links that open without a key, also given as resource
        links. The first picture is the whole 2x2 grid, the next four are its parts. While the status is pending or processing, call again
        after next_poll_seconds; completed, failed and cancelled are final. A failed job says why and is not tried again by itself.
        """)]
    public async Task<CallToolResult> RunAsync(
        ClaimsPrincipal caller,
        [Description("The job id that generate_image returned.")] string job_id,
        CancellationToken cancellationToken = default)
    {
        if (!Guid.TryParse(job_id, out var id))
            throw JobRefusedException.NotFound(job_id);

        var report = JobReporting.Report(await jobs.GetAsync(caller.OwnerId(), id, cancellationToken), time.GetUtcNow());
        return ToolAnswers.Success(report, JobReporting.Content(report));
    }
}
