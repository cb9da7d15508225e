using System.Text.Json;
using System.Text.Json.Nodes;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Tools;
using MjAspire.McpGateway.Upstream;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tasks;

/// <summary>
/// The extension <c>io.modelcontextprotocol/tasks</c> (SEP-2663): a client that declares it gets a task where a tool starts a job. The task
/// is the job, under its id, and everything about it is asked of JobService: any replica answers, also after a restart.
/// <code>
/// tools/call   -> {"resultType":"task","taskId":"...","status":"working","createdAt":"...","lastUpdatedAt":"...","ttlMs":null,"pollIntervalMs":2000}
/// tasks/get    -> {"resultType":"complete","taskId":"...","status":"completed",...,"result":{"content":[...],"structuredContent":{...}}}
///                 input_required has inputRequests; a job that failed is completed with result.isError
/// tasks/update {"taskId","inputResponses"} -> {"resultType":"complete"}
/// tasks/cancel {"taskId"}                  -> {"resultType":"complete"}
/// subscriptions/listen {"notifications":{"taskIds":[...]}} -> notifications/tasks, with what tasks/get says (see Resources/Listening)
/// </code>
/// </summary>
internal sealed class JobTasks(JobsClient jobs, TimeProvider time)
{
    public const string Extension = "io.modelcontextprotocol/tasks";
    public const string Notification = "notifications/tasks";

    private const string AnswerKey = "answer";

    public IList<McpServerRequestHandler> Handlers =>
    [
        new() { Method = "tasks/get", RoutingNameParameter = "taskId", Handler = GetAsync },
        new() { Method = "tasks/update", RoutingNameParameter = "taskId", Handler = UpdateAsync },
        new() { Method = "tasks/cancel", RoutingNameParameter = "taskId", Handler = CancelAsync },
    ];

    /// <summary>Turns the result of a tool that has started a job into its task, for a client that knows tasks.</summary>
    public async ValueTask<ResultOrAlternate<CallToolResult>> StartAsync(
        RequestContext<CallToolRequestParams> call,
        McpRequestHandler<CallToolRequestParams, ResultOrAlternate<CallToolResult>> next,
        CancellationToken cancellationToken)
    {
        var outcome = await next(call, cancellationToken);
        if (call.MatchedPrimitive is not McpServerTool tool || !tool.Metadata.OfType<StartsJobAttribute>().Any()
            || !Declares(call.JsonRpcRequest) || outcome is not { IsAlternate: false, Result: { IsError: not true, StructuredContent: { } content } })
            return outcome;

        var report = content.Deserialize<JobReport>(ToolAnswers.Json)!;
        if (report.Status is JobState.Completed or JobState.Failed or JobState.Cancelled || report.Batch is not null)
            return outcome; // it came to its end while the call waited; or it is several jobs, and a task is one

        var job = await jobs.GetAsync(call.User!.OwnerId(), report.JobId, cancellationToken);
        return ResultOrAlternate<CallToolResult>.FromAlternate(TaskCreated.Of(job, report), TaskJson.Default.TaskCreated);
    }

    private async ValueTask<JsonNode?> GetAsync(RequestContext<JsonNode?> call, CancellationToken cancellationToken)
    {
        var (owner, jobId) = Read(call.JsonRpcRequest, Scopes.Read);
        var task = Describe(await AskAsync(() => jobs.GetAsync(owner, jobId, cancellationToken)));
        task["resultType"] = "complete";
        return task;
    }

    /// <summary>A task in full, as <c>tasks/get</c> and its notifications show it.</summary>
    public JsonObject Describe(Job job)
    {
        var result = JobReporting.Result(job, time.GetUtcNow());
        var task = TaskCreated.Of(job, JobReporting.Report(job, time.GetUtcNow())).ToJson();
        switch (job.Status)
        {
            case JobStatus.Done:
                task["result"] = ToJson(result);
                break;
            case JobStatus.Failed:
                result.IsError = true; // the tool ran and failed; "failed" is for errors of the protocol
                task["result"] = ToJson(result);
                break;
            case JobStatus.NeedsInput:
                task["inputRequests"] = new JsonObject
                {
                    [AnswerKey] = new JsonObject
                    {
                        ["method"] = RequestMethods.ElicitationCreate,
                        ["params"] = JsonSerializer.SerializeToNode(JobQuestions.Form(job), McpJsonUtilities.DefaultOptions),
                    },
                };
                break;
        }
        return task;
    }

    private async ValueTask<JsonNode?> UpdateAsync(RequestContext<JsonNode?> call, CancellationToken cancellationToken)
    {
        var (owner, jobId) = Read(call.JsonRpcRequest, Scopes.Generate);
        if ((call.Params as JsonObject)?["inputResponses"] is JsonObject responses && responses[AnswerKey] is JsonObject response
            && response["action"] is JsonValue action && action.TryGetValue(out string? word) && word == "accept" && response["content"] is JsonObject content)
            await AskAsync(() => jobs.AnswerAsync(owner, jobId, content.DeepClone().AsObject(), cancellationToken));
        else
            await AskAsync(() => jobs.GetAsync(owner, jobId, cancellationToken)); // nothing to hand on, but the task must exist
        return Done();
    }

    private async ValueTask<JsonNode?> CancelAsync(RequestContext<JsonNode?> call, CancellationToken cancellationToken)
    {
        var (owner, jobId) = Read(call.JsonRpcRequest, Scopes.Generate);
        try
        {
            await AskAsync(() => jobs.CancelAsync(owner, jobId, cancellationToken));
        }
        catch (McpProtocolException e) when (e.InnerException is RefusedException { Code: "E_INVALID_STATUS" })
        {
            // It has ended already, which is as good.
        }
        return Done();
    }

    private static JsonObject Done() => new() { ["resultType"] = "complete" };

    private static JsonNode? ToJson(CallToolResult result)
    {
        result.ResultType = "complete";
        return JsonSerializer.SerializeToNode(result, McpJsonUtilities.DefaultOptions);
    }

    private static (Guid Owner, Guid Job) Read(JsonRpcRequest request, string scope)
    {
        Demand(request);
        if (request.Context?.User is not { } user || !user.HasScope(scope))
            throw new McpProtocolException($"E_FORBIDDEN: This API key lacks the scope '{scope}'.", McpErrorCode.InvalidRequest);

        return (request.Params as JsonObject)?["taskId"] is JsonValue value && value.TryGetValue(out string? text) && Guid.TryParse(text, out var id)
            ? (user.OwnerId(), id)
            : throw new McpProtocolException("There is no such task.", McpErrorCode.InvalidParams);
    }

    /// <exception cref="MissingRequiredClientCapabilityException">The client did not declare the extension.</exception>
    public static void Demand(JsonRpcRequest request)
    {
        if (!Declares(request))
            throw new MissingRequiredClientCapabilityException(
                new ClientCapabilities { Extensions = new Dictionary<string, object>(StringComparer.Ordinal) { [Extension] = new JsonObject() } },
                $"The client must declare the extension {Extension}.");
    }

    private static bool Declares(JsonRpcRequest request) => request.Context?.ClientCapabilities?.Extensions?.ContainsKey(Extension) == true;

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RefusedException e)
        {
            var code = e.Code is "E_JOB_NOT_FOUND" or "E_INVALID_STATUS" or "E_SERIALIZATION_ERROR" ? McpErrorCode.InvalidParams : McpErrorCode.InternalError;
            throw new McpProtocolException($"{e.Code}: {e.Message}", e, code);
        }
    }
}
