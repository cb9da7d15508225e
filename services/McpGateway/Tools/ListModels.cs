using System.ComponentModel;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>list_models</c>.</summary>
[McpServerToolType]
internal sealed class ListModels
{
    private static readonly ModelList Known = new(
        [new("midjourney", "Midjourney", true,
            "Four pictures in a 2x2 grid from a prompt; each can be upscaled, varied, zoomed, panned and inpainted. Seconds to minutes.",
            ["imagine", "upscale", "variation", "reroll", "zoom", "pan", "inpaint", "blend", "edit", "describe", "shorten"])]);

    [McpServerTool(
        Name = "list_models", Title = "List image models",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(ModelList))]
    [NeedsScope(Scopes.Read)]
    [Description("Lists the image models generate_image can use, with what each is good for and what can be done with its pictures.")]
    public static CallToolResult Run() =>
        ToolAnswers.Success(Known, string.Join('\n', Known.Models.Select(model => $"{model.Name}: {model.Description}")));

    /// <summary>Structured content of <c>list_models</c>.</summary>
    private sealed record ModelList(IReadOnlyList<Model> Models);

    private sealed record Model(
        [property: Description("Give it as model.")] string Name,
        string Title,
        [property: Description("Used when no model is given.")] bool IsDefault,
        string Description,
        IReadOnlyList<string> Operations);
}
