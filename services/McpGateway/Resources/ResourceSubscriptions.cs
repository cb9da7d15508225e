using System.Text.Json.Nodes;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Mcp;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Resources;

/// <summary>
/// The old era's way to hear when a job moves: on the session's own stream, after <c>resources/subscribe</c>. Pictures never change, so
/// nothing is ever said of them.
/// </summary>
internal sealed class ResourceSubscriptions(SubscribedJobs subscribed, ClientSessions sessions)
{
    public async ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        var owner = ResourceRefusals.Reader(request.User);
        var uri = request.Params!.Uri;
        if (sessions.Of(request.Server) is not { } session)
            throw new McpProtocolException("E_NO_SESSION: Without a session there is no stream for updates. Use wait_for_job.", McpErrorCode.InvalidRequest);
        if (!await subscribed.ExistsAsync(owner, uri, cancellationToken))
            throw new McpProtocolException($"There is no resource '{uri}'.", McpErrorCode.ResourceNotFound);
        if (session.Subscriptions.Count >= SubscribedJobs.MostEach)
            throw new McpProtocolException($"E_TOO_MANY: A session subscribes to at most {SubscribedJobs.MostEach} resources.", McpErrorCode.InvalidRequest);
        if (SubscribedJobs.JobOf(uri) is not { } job || session.Subscriptions.ContainsKey(uri))
            return new();

        var listener = subscribed.Listen(owner, [job]);
        if (!session.Subscriptions.TryAdd(uri, new Telling(listener, uri, session.Server)))
            listener.Dispose();
        return new();
    }

    public async ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        if (sessions.Of(request.Server) is { } session && session.Subscriptions.TryRemove(request.Params!.Uri, out var telling))
            await telling.DisposeAsync();
        return new();
    }

    /// <summary>One subscription of a session, until it ends or the session does.</summary>
    private sealed class Telling : IAsyncDisposable
    {
        private readonly JobNews.Listener _listener;
        private readonly CancellationTokenSource _end = new();
        private readonly Task _telling;

        public Telling(JobNews.Listener listener, string uri, McpServer server)
        {
            _listener = listener;
            _telling = TellAsync(uri, server);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _telling;
            _listener.Dispose();
            _end.Dispose();
        }

        private async Task TellAsync(string uri, McpServer server)
        {
            try
            {
                await foreach (var _ in _listener.Heard.ReadAllAsync(_end.Token))
                {
                    var updated = new JsonRpcNotification { Method = NotificationMethods.ResourceUpdatedNotification, Params = new JsonObject { ["uri"] = uri } };
                    await server.SendMessageAsync(updated, _end.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException)
            {
                // Ended, or its stream is gone: there is nobody to tell.
            }
        }
    }
}
