using System.ComponentModel;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>list_models</c>.</summary>
[McpServerToolType]
internal sealed class ListModels(JobsClient jobs)
{
    [McpServerTool(
        Name = "list_models", Title = "List image models",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(ModelList))]
    [NeedsScope(Scopes.Read)]
    [Description("Lists the image models generate_image can use here, with what each is good for and what can be done with its pictures.")]
    public async Task<CallToolResult> RunAsync(RequestContext<CallToolRequestParams> call, CancellationToken cancellationToken = default)
    {
        var list = await jobs.ModelsAsync(call.User!.OwnerId(), cancellationToken);
        return ToolAnswers.Success(
            list, string.Join('\n', list.Models.Select(model => $"{model.Name}{(model.IsDefault ? " (default)" : "")}: {model.Description}")));
    }
}
