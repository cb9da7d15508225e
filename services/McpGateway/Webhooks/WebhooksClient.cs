using MjAspire.McpGateway.Upstream;

namespace MjAspire.McpGateway.Webhooks;

/// <summary>The answer to <c>POST /api/push</c>.</summary>
internal sealed record Pushed(string Status, string Message, string Timestamp, int WebhooksNotified, int TotalWebhooks);

/// <summary>The answer to <c>POST /api/register</c>.</summary>
internal sealed record Registered(string Status, string WebhookUrl, int TotalWebhooks);

/// <summary>The answer to <c>GET /api/webhooks</c>.</summary>
internal sealed record RegisteredWebhooks(IReadOnlyList<string> Webhooks, int Total);

/// <summary>DeliveryWorker's HTTP interface, on behalf of an owner.</summary>
internal sealed class WebhooksClient(HttpClient http, Calls calls)
{
    public Task<Pushed> PushAsync(Guid owner, string message, CancellationToken cancellationToken) =>
        SendAsync<Pushed>(HttpMethod.Post, "/api/push", owner, new { Message = message }, cancellationToken);

    public Task<Registered> RegisterAsync(Guid owner, string url, CancellationToken cancellationToken) =>
        SendAsync<Registered>(HttpMethod.Post, "/api/register", owner, new { WebhookUrl = url }, cancellationToken);

    public Task<RegisteredWebhooks> ListAsync(Guid owner, CancellationToken cancellationToken) =>
        SendAsync<RegisteredWebhooks>(HttpMethod.Get, "/api/webhooks", owner, null, cancellationToken);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, Guid owner, object? body, CancellationToken cancellationToken)
    {
        using var request = Calls.Message(method, path, owner, body);
        return await calls.SendAsync<T>(http, request, cancellationToken);
    }
}
