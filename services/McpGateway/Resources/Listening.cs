using System.Text.Json;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Tasks;
using MjAspire.McpGateway.Upstream;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Resources;

/// <summary>
/// The new era's way to hear when a job moves: a stream that lasts as long as the client reads it.
/// <code>
/// {"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":["mj://jobs/..."],"taskIds":["..."]}}}
/// </code>
/// is answered first by <c>notifications/subscriptions/acknowledged</c> with what is granted, then by <c>notifications/resources/updated</c> and,
/// for clients that declare the tasks extension, <c>notifications/tasks</c> with what <c>tasks/get</c> would say. Each carries the request's id
/// as <c>_meta/io.modelcontextprotocol/subscriptionId</c>.
/// </summary>
internal sealed class Listening(SubscribedJobs subscribed, JobTasks tasks, IHostApplicationLifetime lifetime)
{
    public async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var owner = ResourceRefusals.Reader(request.User);
        var uris = (request.Params?.Notifications?.ResourceSubscriptions ?? []).Distinct(StringComparer.Ordinal).Take(SubscribedJobs.MostEach).ToArray();
        var taskIds = TaskIds(request.JsonRpcRequest);
        using var listener = subscribed.Listen(owner, [.. uris.Select(SubscribedJobs.JobOf).OfType<Guid>(), .. taskIds ?? []]);

        var granted = new List<string>();
        foreach (var uri in uris)
        {
            if (await subscribed.ExistsAsync(owner, uri, cancellationToken))
                granted.Add(uri);
        }
        var followed = new HashSet<Guid>();
        foreach (var id in taskIds ?? [])
        {
            if (await subscribed.FindAsync(owner, id, cancellationToken) is not null)
                followed.Add(id);
        }

        var acknowledged = new JsonObject { ["resourceSubscriptions"] = Texts(granted) };
        if (taskIds is not null)
            acknowledged["taskIds"] = Texts(followed.Select(id => id.ToString()));
        await SayAsync(NotificationMethods.SubscriptionsAcknowledgedNotification, new() { ["notifications"] = acknowledged });

        using var open = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var change in listener.Heard.ReadAllAsync(open.Token))
            {
                foreach (var uri in granted.Where(uri => SubscribedJobs.JobOf(uri) == change.JobId))
                    await SayAsync(NotificationMethods.ResourceUpdatedNotification, new() { ["uri"] = uri });
                if (followed.Contains(change.JobId) && await DescribeAsync(owner, change.JobId, open.Token) is { } task)
                    await SayAsync(JobTasks.Notification, task);
            }
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

    /// <summary>Null when JobService cannot be asked just now: such a notification may be missed, and clients go on polling.</summary>
    private async Task<JsonObject?> DescribeAsync(Guid owner, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await subscribed.FindAsync(owner, id, cancellationToken) is { } job ? tasks.Describe(job) : null;
        }
        catch (RefusedException)
        {
            return null; // logged where it arose
        }
    }

    /// <returns>Null when none were asked for.</returns>
    private static IReadOnlyList<Guid>? TaskIds(JsonRpcRequest request)
    {
        if (((request.Params as JsonObject)?["notifications"] as JsonObject)?["taskIds"] is not { } asked)
            return null;

        JobTasks.Demand(request);
        return asked is not JsonArray ids
            ? throw new McpProtocolException("notifications.taskIds must be an array of task ids.", McpErrorCode.InvalidParams)
            : [.. ids.Select(id => Guid.TryParse((id as JsonValue)?.ToString(), out var task) ? task : Guid.Empty).Where(id => id != Guid.Empty).Distinct().Take(SubscribedJobs.MostEach)];
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
