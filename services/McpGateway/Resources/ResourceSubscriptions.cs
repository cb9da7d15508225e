using System.Text.Json;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Mcp;
using MjAspire.McpGateway.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Resources;

/// <summary>
/// Tells a client when a job it has subscribed to moves: on the stream of <c>subscriptions/listen</c> in the new era, on the session's own
/// stream after <c>resources/subscribe</c> in the old one. Pictures never change, so nothing is ever said of them.
/// </summary>
internal sealed class ResourceSubscriptions(JobsClient jobs, JobNews news, IHostApplicationLifetime lifetime)
{
    private const int MostEach = 100;

    /// <summary>
    /// <code>
    /// {"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":["mj://jobs/..."]}}}
    /// </code>
    /// is answered first by <c>notifications/subscriptions/acknowledged</c> with what is granted, then by <c>notifications/resources/updated</c>.
    /// Each carries the request's id as <c>_meta/io.modelcontextprotocol/subscriptionId</c>.
    /// </summary>
    public async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var owner = ResourceRefusals.Reader(request.User);
        var uris = (request.Params?.Notifications?.ResourceSubscriptions ?? []).Distinct(StringComparer.Ordinal).Take(MostEach).ToArray();
        using var listener = Listen(owner, uris.Select(JobOf).OfType<Guid>());
        var granted = new List<string>();
        foreach (var uri in uris)
        {
            if (await ExistsAsync(owner, uri, cancellationToken))
                granted.Add(uri);
        }

        await SayAsync(NotificationMethods.SubscriptionsAcknowledgedNotification, new()
        {
            ["notifications"] = new JsonObject { ["resourceSubscriptions"] = new JsonArray([.. granted.Select(uri => (JsonNode)uri)]) },
        });

        using var open = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var change in listener.Heard.ReadAllAsync(open.Token))
                await SayAsync(NotificationMethods.ResourceUpdatedNotification, new() { ["uri"] = ToolNames.JobScheme + change.JobId });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // This replica stops; the client listens anew at another.
        }
        return new();

        Task SayAsync(string method, JsonObject parameters)
        {
            parameters["_meta"] = new JsonObject
            {
                [MetaKeys.SubscriptionId] = JsonSerializer.SerializeToNode(request.JsonRpcRequest.Id, McpJsonUtilities.DefaultOptions),
            };
            return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellationToken);
        }
    }

    public async ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        var owner = ResourceRefusals.Reader(request.User);
        var uri = request.Params!.Uri;
        if (SessionOf(request.JsonRpcRequest) is not { } session)
            throw new McpProtocolException("E_NO_SESSION: Without a session there is no stream for updates. Use wait_for_job.", McpErrorCode.InvalidRequest);
        if (!await ExistsAsync(owner, uri, cancellationToken))
            throw new McpProtocolException($"There is no resource '{uri}'.", McpErrorCode.ResourceNotFound);
        if (session.Subscriptions.Count >= MostEach)
            throw new McpProtocolException($"E_TOO_MANY: A session subscribes to at most {MostEach} resources.", McpErrorCode.InvalidRequest);
        if (JobOf(uri) is not { } job || session.Subscriptions.ContainsKey(uri))
            return new();

        var listener = Listen(owner, [job]);
        if (!session.Subscriptions.TryAdd(uri, new Telling(listener, uri, session)))
            listener.Dispose();
        return new();
    }

    public static async ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        if (SessionOf(request.JsonRpcRequest) is { } session && session.Subscriptions.TryRemove(request.Params!.Uri, out var telling))
            await telling.DisposeAsync();
        return new();
    }

    private static ClientSession? SessionOf(JsonRpcRequest request) =>
        request.Context?.Items is { } items && items.TryGetValue(McpProtocol.SessionItem, out var session) ? session as ClientSession : null;

    private JobNews.Listener Listen(Guid owner, IEnumerable<Guid> topics) => news.Listen(owner, topics, MostEach)
        ?? throw new McpProtocolException("E_BUSY: Too many listen at the moment. Use get_job_status, or try again later.", McpErrorCode.InternalError);

    private async Task<bool> ExistsAsync(Guid owner, string uri, CancellationToken cancellationToken)
    {
        if (JobOf(uri) is not { } job)
            return uri.StartsWith(ToolNames.ImageScheme, StringComparison.Ordinal);
        try
        {
            await jobs.GetAsync(owner, job, cancellationToken);
            return true;
        }
        catch (Upstream.RefusedException e) when (e.Code == "E_JOB_NOT_FOUND")
        {
            return false;
        }
    }

    private static Guid? JobOf(string uri) =>
        uri.StartsWith(ToolNames.JobScheme, StringComparison.Ordinal) && Guid.TryParse(uri.AsSpan(ToolNames.JobScheme.Length), out var id) ? id : null;

    /// <summary>One subscription of a session, until it ends or the session does.</summary>
    private sealed class Telling : IAsyncDisposable
    {
        private readonly JobNews.Listener _listener;
        private readonly CancellationTokenSource _end;
        private readonly Task _telling;

        public Telling(JobNews.Listener listener, string uri, ClientSession session)
        {
            _listener = listener;
            _end = CancellationTokenSource.CreateLinkedTokenSource(session.Ending);
            _telling = TellAsync(uri, session.Server);
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
