using System.ComponentModel;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Webhooks;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tools <c>register_webhook</c> and <c>list_webhooks</c>.</summary>
[McpServerToolType]
internal sealed class RegisterWebhook(WebhooksClient webhooks)
{
    [McpServerTool(
        Name = "register_webhook", Title = "Register a webhook",
        ReadOnly = false, Destructive = false, Idempotent = true, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(Registered))]
    [NeedsScope(Scopes.Webhooks)]
    [Description(
        """
        Registers an address that is told by HTTP POST of messages pushed with push_webhook and of jobs that finish or fail. Registering it
        again changes nothing. Use it when something else than this conversation is to react to a finished picture.
        """)]
    public async Task<CallToolResult> RegisterAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("An http or https address that can be reached from the server.")] string webhook_url,
        CancellationToken cancellationToken = default)
    {
        var registered = await webhooks.RegisterAsync(call.User!.OwnerId(), webhook_url, cancellationToken);
        return ToolAnswers.Success(registered, $"{registered.WebhookUrl} is registered; there are {registered.TotalWebhooks} webhooks.");
    }

    [McpServerTool(
        Name = "list_webhooks", Title = "List webhooks",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true, OutputSchemaType = typeof(RegisteredWebhooks))]
    [NeedsScope(Scopes.Webhooks)]
    [Description("Lists the addresses registered with register_webhook.")]
    public async Task<CallToolResult> ListAsync(RequestContext<CallToolRequestParams> call, CancellationToken cancellationToken = default)
    {
        var registered = await webhooks.ListAsync(call.User!.OwnerId(), cancellationToken);
        return ToolAnswers.Success(registered, registered.Total == 0 ? "No webhook is registered." : string.Join('\n', registered.Webhooks));
    }
}
