using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tools <c>list_generations</c> and <c>search_generations</c>.</summary>
[McpServerToolType]
internal sealed class ListGenerations(JobsClient jobs)
{
    [McpServerTool(
        Name = "list_generations", Title = "List finished pictures",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(GenerationList))]
    [NeedsScope(Scopes.Read)]
    [Description("Lists your finished pictures, newest first, with their prompts and with links that open without a key for a while.")]
    public Task<CallToolResult> ListAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("How many at most, 1 to 100; 10 when left out.")]
        [Range(1, 100)] int? limit = null,
        [Description("next_cursor of the page before.")] string? cursor = null,
        CancellationToken cancellationToken = default) =>
        FindAsync(call, new() { Limit = limit ?? 10, Cursor = cursor }, cancellationToken);

    [McpServerTool(
        Name = "search_generations", Title = "Search finished pictures",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(GenerationList))]
    [NeedsScope(Scopes.Read)]
    [Description(
        """
        Finds your finished pictures by words of their prompts, by model, operation or time; newest first. Use it when a person speaks of
        a picture made earlier ('the lighthouse from yesterday').
        """)]
    public Task<CallToolResult> SearchAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("Words of the prompt.")] string query,
        [Description("Only this model.")] string? model = null,
        [Description("Only this operation, such as imagine, upscale, variation.")] string? operation = null,
        [Description("Only pictures asked for after this time, ISO 8601.")] string? created_after = null,
        [Description("Only pictures asked for before this time, ISO 8601.")] string? created_before = null,
        [Description("How many at most, 1 to 100; 10 when left out.")]
        [Range(1, 100)] int? limit = null,
        [Description("next_cursor of the page before.")] string? cursor = null,
        CancellationToken cancellationToken = default) =>
        FindAsync(call, new()
        {
            Text = query,
            Model = model,
            Operation = operation,
            CreatedAfter = created_after,
            CreatedBefore = created_before,
            Limit = limit ?? 10,
            Cursor = cursor,
        }, cancellationToken);

    private async Task<CallToolResult> FindAsync(RequestContext<CallToolRequestParams> call, JobQuery query, CancellationToken cancellationToken)
    {
        var page = await jobs.ListAsync(call.User!.OwnerId(), query with { Status = "DONE", Kind = "image" }, cancellationToken);
        var list = JobLists.Generations(page);
        return ToolAnswers.Success(list, JobLists.Text(list));
    }
}
