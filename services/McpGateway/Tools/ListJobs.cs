using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>list_jobs</c>.</summary>
[McpServerToolType]
internal sealed class ListJobs(JobsClient jobs)
{
    [McpServerTool(
        Name = "list_jobs", Title = "List jobs",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(JobList))]
    [NeedsScope(Scopes.Read)]
    [Description(
        """
        Lists your jobs, newest first, whatever became of them: those still waiting or being made, completed, failed, cancelled, and jobs of
        external workers. For finished pictures with their links, list_generations and search_generations are shorter ways.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("Only jobs in this status.")]
        [AllowedValues("pending", "processing", "needs_input", "completed", "failed", "cancelled")] string? status = null,
        [Description("Only jobs of a provider (image) or of external workers (external).")]
        [AllowedValues("image", "external")] string? kind = null,
        [Description("Only this operation, such as imagine, upscale, variation.")] string? operation = null,
        [Description("Only jobs created after this time, ISO 8601.")] string? created_after = null,
        [Description("Only jobs created before this time, ISO 8601.")] string? created_before = null,
        [Description("How many at most, 1 to 100; 20 when left out.")]
        [Range(1, 100)] int? limit = null,
        [Description("next_cursor of the page before.")] string? cursor = null,
        CancellationToken cancellationToken = default)
    {
        var list = JobLists.Jobs(await jobs.ListAsync(call.User!.OwnerId(), new()
        {
            Status = StatusOf(status),
            Kind = kind,
            Operation = operation,
            CreatedAfter = created_after,
            CreatedBefore = created_before,
            Limit = limit ?? 20,
            Cursor = cursor,
        }, cancellationToken));
        return ToolAnswers.Success(list, JobLists.Text(list));
    }

    private static string? StatusOf(string? word) => word switch
    {
        "processing" => "RUNNING",
        "completed" => "DONE",
        _ => word?.ToUpperInvariant(),
    };
}
