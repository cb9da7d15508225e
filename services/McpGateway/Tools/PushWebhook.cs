using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Webhooks;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>push_webhook</c>.</summary>
[McpServerToolType]
internal sealed class PushWebhook(WebhooksClient webhooks)
{
    private const int LongestMessage = 8_192;

    [McpServerTool(
        Name = "push_webhook", Title = "Push a message to the webhooks",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(Pushed))]
    [NeedsScope(Scopes.Webhooks)]
    [Description(
        """
        Sends a message to every registered webhook by HTTP POST, in parallel, and returns how many took it. Webhooks that fail stay
        registered and are tried again for a while. Register webhooks first, with register_webhook.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("The message.")]
        [StringLength(LongestMessage, MinimumLength = 1)] string message,
        [Description("For older callers; without effect.")]
        [Range(0, 65_535)] int port = 8000,
        [Description("For older callers; without effect.")] string host = "0.0.0.0",
        CancellationToken cancellationToken = default)
    {
        _ = (port, host);
        var pushed = await webhooks.PushAsync(call.User!.OwnerId(), message, cancellationToken);
        return ToolAnswers.Success(pushed, pushed.TotalWebhooks == 0
            ? "No webhook is registered, so nobody was told. Register one with register_webhook."
            : $"Delivered to {pushed.WebhooksNotified} of {pushed.TotalWebhooks} webhooks at {pushed.Timestamp}.");
    }
}
