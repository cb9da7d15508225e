using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tests.Conformance;

/// <summary>The tools the conformance suite calls, as it describes them.</summary>
[McpServerToolType]
internal sealed class FixtureTools
{
    public static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==");

    private static readonly byte[] Wav = Convert.FromBase64String("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==");

    [McpServerTool(Name = "test_simple_text"), Description("Simple text.")]
    public static string SimpleText() => "This is a simple text response for testing.";

    [McpServerTool(Name = "test_image_content"), Description("An image.")]
    public static ContentBlock Image() => ImageContentBlock.FromBytes(Png, "image/png");

    [McpServerTool(Name = "test_audio_content"), Description("A sound.")]
    public static ContentBlock Audio() => AudioContentBlock.FromBytes(Wav, "audio/wav");

    [McpServerTool(Name = "test_embedded_resource"), Description("An embedded resource.")]
    public static ContentBlock Embedded() => new EmbeddedResourceBlock
    {
        Resource = new TextResourceContents { Uri = "test://embedded-resource", MimeType = "text/plain", Text = "This is an embedded resource content." },
    };

    [McpServerTool(Name = "test_multiple_content_types"), Description("Several kinds of content.")]
    public static IEnumerable<ContentBlock> Mixed() =>
    [
        new TextContentBlock { Text = "Multiple content types test:" },
        ImageContentBlock.FromBytes(Png, "image/png"),
        new EmbeddedResourceBlock
        {
            Resource = new TextResourceContents
            {
                Uri = "test://mixed-content-resource", MimeType = "application/json", Text = """{"test":"data","value":123}""",
            },
        },
    ];

    [McpServerTool(Name = "test_error_handling"), Description("Always fails.")]
    public static string Fail() => throw new McpException("This tool intentionally returns an error for testing");

    [McpServerTool(Name = "test_tool_with_progress"), Description("Reports progress.")]
    public static async Task<string> ProgressAsync(RequestContext<CallToolRequestParams> call, CancellationToken cancellationToken)
    {
        foreach (var progress in (int[])[0, 50, 100])
        {
            if (call.Params?.ProgressToken is { } token)
                await call.Server.NotifyProgressAsync(token, new() { Progress = progress, Total = 100 }, cancellationToken: cancellationToken);
            await Task.Delay(50, cancellationToken);
        }
        return "Done.";
    }

    [McpServerTool(Name = "test_tool_with_logging"), Description("Logs.")]
    public static async Task<string> LoggingAsync(RequestContext<CallToolRequestParams> call, CancellationToken cancellationToken)
    {
        using var provider = call.Server.AsClientLoggerProvider();
        var logger = provider.CreateLogger("conformance");
        foreach (var line in (string[])["Tool execution started", "Tool processing data", "Tool execution completed"])
        {
            logger.LogInformation("{Line}", line);
            await Task.Delay(50, cancellationToken);
        }
        return "Done.";
    }

    [McpServerTool(Name = "test_logging_tool"), Description("Logs once.")]
    public static string LogOnce(RequestContext<CallToolRequestParams> call)
    {
        using var provider = call.Server.AsClientLoggerProvider();
        provider.CreateLogger("conformance").LogInformation("Logged.");
        return "Logged.";
    }

    [McpServerTool(Name = "test_sampling"), Description("Asks the client's model.")]
    public static async Task<string> SamplingAsync(McpServer server, [Description("For the model.")] string prompt, CancellationToken cancellationToken)
    {
        var sampled = await server.SampleAsync(FixtureInputs.Sampling(prompt, 100), cancellationToken);
        return $"LLM response: {sampled.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text}";
    }

    [McpServerTool(Name = "test_elicitation"), Description("Asks the user.")]
    public static async Task<string> ElicitationAsync(McpServer server, [Description("The question.")] string message, CancellationToken cancellationToken)
    {
        var answer = await server.ElicitAsync(FixtureInputs.Elicitation(message, "username", "email"), cancellationToken);
        return $"User response: action={answer.Action}, content={JsonSerializer.Serialize(answer.Content)}";
    }

    [McpServerTool(Name = "test_elicitation_sep1034_defaults"), Description("Asks with defaults.")]
    public static Task<string> DefaultsAsync(McpServer server, CancellationToken cancellationToken) => ElicitAsync(server, new()
    {
        ["name"] = new ElicitRequestParams.StringSchema { Default = "John Doe" },
        ["age"] = new ElicitRequestParams.NumberSchema { Type = "integer", Default = 30 },
        ["score"] = new ElicitRequestParams.NumberSchema { Default = 95.5 },
        ["status"] = new ElicitRequestParams.UntitledSingleSelectEnumSchema { Enum = ["active", "inactive", "pending"], Default = "active" },
        ["verified"] = new ElicitRequestParams.BooleanSchema { Default = true },
    }, cancellationToken);

    [McpServerTool(Name = "test_elicitation_sep1330_enums"), Description("Asks with choices.")]
    public static Task<string> EnumsAsync(McpServer server, CancellationToken cancellationToken) => ElicitAsync(server, new()
    {
        ["untitledSingle"] = new ElicitRequestParams.UntitledSingleSelectEnumSchema { Enum = ["option1", "option2", "option3"] },
        ["titledSingle"] = new ElicitRequestParams.TitledSingleSelectEnumSchema
        {
            OneOf = [new() { Const = "value1", Title = "First Option" }, new() { Const = "value2", Title = "Second Option" }, new() { Const = "value3", Title = "Third Option" }],
        },
        ["legacyEnum"] = new ElicitRequestParams.LegacyTitledEnumSchema { Enum = ["opt1", "opt2", "opt3"], EnumNames = ["Option One", "Option Two", "Option Three"] },
        ["untitledMulti"] = new ElicitRequestParams.UntitledMultiSelectEnumSchema { Items = new() { Enum = ["option1", "option2", "option3"] } },
        ["titledMulti"] = new ElicitRequestParams.TitledMultiSelectEnumSchema
        {
            Items = new() { AnyOf = [new() { Const = "value1", Title = "First Choice" }, new() { Const = "value2", Title = "Second Choice" }, new() { Const = "value3", Title = "Third Choice" }] },
        },
    }, cancellationToken);

    [McpServerTool(Name = "test_missing_capability"), Description("Needs sampling.")]
    public static string NeedsSampling(McpServer server) => server.ClientCapabilities?.Sampling is not null
        ? "Sampling is there."
        : throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new() }, "Sampling is needed.");

    [McpServerTool(Name = "test_trigger_tool_change"), Description("Says that the tools have changed.")]
    public static string ToolChange(McpServer server)
    {
        var passing = McpServerTool.Create(() => "", new() { Name = "passing" });
        server.ServerOptions.ToolCollection!.Add(passing);
        server.ServerOptions.ToolCollection.Remove(passing);
        return "Changed.";
    }

    [McpServerTool(Name = "test_trigger_prompt_change"), Description("Says that the prompts have changed.")]
    public static string PromptChange(McpServer server)
    {
        var passing = McpServerPrompt.Create(() => "", new() { Name = "passing" });
        server.ServerOptions.PromptCollection!.Add(passing);
        server.ServerOptions.PromptCollection.Remove(passing);
        return "Changed.";
    }

    private static async Task<string> ElicitAsync(
        McpServer server, Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition> properties, CancellationToken cancellationToken)
    {
        var answer = await server.ElicitAsync(new() { Message = "Please answer", RequestedSchema = new() { Properties = properties } }, cancellationToken);
        return $"Elicitation completed: action={answer.Action}, content={JsonSerializer.Serialize(answer.Content)}";
    }
}
