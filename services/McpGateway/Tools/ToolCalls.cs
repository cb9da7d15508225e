using System.Security.Claims;
using System.Text.Json;
using MjAspire.McpGateway.Auditing;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Upstream;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>
/// Around every tool call: scope, arguments and haste are checked first, refusals and surprises become tool errors, the outcome is counted, and
/// what changed something is noted.
/// </summary>
internal sealed partial class ToolCalls(RateLimits limits, AuditLog audit, GatewayMetrics metrics, TimeProvider time, ILogger<ToolCalls> logger)
{
    private const string RateLimited = "E_RATE_LIMITED";

    public async ValueTask<CallToolResult> RunAsync(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next,
        RequestContext<CallToolRequestParams> request,
        CancellationToken cancellationToken)
    {
        if (request.MatchedPrimitive is not McpServerTool tool)
            return await next(request, cancellationToken); // no such tool: an error of the protocol, worded by the SDK

        var asked = time.GetUtcNow();
        var result = (Refusal(tool, request) ?? await HasteAsync(tool, request, cancellationToken)) is { } error
            ? ToolAnswers.Failure(error.Code, error.Message)
            : await InvokeAsync(tool.ProtocolTool.Name, () => next(request, cancellationToken), cancellationToken);

        var outcome = result.IsError is true ? result.FailureCode() ?? "E_INTERNAL" : "ok";
        metrics.ToolCalled(tool.ProtocolTool.Name, outcome);
        if (tool.ProtocolTool.Annotations?.ReadOnlyHint is not true && request.User is { } caller)
            Note(caller, asked, tool.ProtocolTool.Name, result, outcome);
        return result;
    }

    /// <summary>A picture made by a tool comes from the same bucket as one made by <c>POST /imagine</c>; a batch takes as often as it draws.</summary>
    private async ValueTask<ToolError?> HasteAsync(McpServerTool tool, RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        if (!tool.Metadata.OfType<StartsJobAttribute>().Any() || request.User is not { } caller
            || await limits.TakeAsync(caller, RouteClass.Generate, cancellationToken, Pictures(request)) is not var (grant, _) || grant.Granted)
            return null;

        metrics.RateLimited();
        return new(RateLimited, $"Too many pictures with this key. Try again in {(int)Math.Ceiling(grant.After.TotalSeconds)} seconds.");
    }

    private static int Pictures(RequestContext<CallToolRequestParams> request) =>
        request.Params?.Arguments is { } arguments && arguments.TryGetValue("count", out var count) && count.ValueKind == JsonValueKind.Number
            ? count.GetInt32()
            : 1;

    /// <summary>In the words of the log, which is kept for HTTP: a tool's own refusals are 400, ours to mend are 500.</summary>
    private void Note(ClaimsPrincipal caller, DateTimeOffset asked, string tool, CallToolResult result, string outcome)
    {
        if (outcome == RateLimited)
            return; // it changed nothing, and comes in floods

        var status = outcome switch
        {
            "ok" => StatusCodes.Status200OK,
            "E_INTERNAL" or "E_NETWORK_ERROR" or "E_TIMEOUT" => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status400BadRequest,
        };
        foreach (var target in Targets(result) ?? [outcome])
            audit.Note(caller, asked, $"tools/call {tool}", target, status, address: null);
    }

    /// <summary>The job of the result, or each of its batch.</summary>
    private static IEnumerable<string>? Targets(CallToolResult result)
    {
        if (result.StructuredContent is not { ValueKind: JsonValueKind.Object } content)
            return null;
        if (content.TryGetProperty("batch", out var batch))
            return batch.EnumerateArray().Select(job => $"/jobs/{job}");
        return content.TryGetProperty("job_id", out var id) ? [$"/jobs/{id}"] : null;
    }

    private static ToolError? Refusal(McpServerTool tool, RequestContext<CallToolRequestParams> request) =>
        tool.Metadata.OfType<NeedsScopeAttribute>().FirstOrDefault() is { } needed && request.User?.HasScope(needed.Scope) != true
            ? new("E_FORBIDDEN", $"This API key lacks the scope '{needed.Scope}', which {tool.ProtocolTool.Name} needs.")
            : ArgumentGate.Check(tool.ProtocolTool.InputSchema, request.Params?.Arguments);

    private async ValueTask<CallToolResult> InvokeAsync(
        string tool, Func<ValueTask<CallToolResult>> invoke, CancellationToken cancellationToken)
    {
        try
        {
            return await invoke();
        }
        catch (RefusedException e)
        {
            return ToolAnswers.Failure(e.Code, e.Message);
        }
        catch (Exception e) when (e is not (McpException or InputRequiredException)
            && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // The message of an unexpected exception may say anything; it is for the log alone.
            Log.Failed(logger, tool, e);
            return ToolAnswers.Failure("E_INTERNAL", "Something went wrong here. It is logged; trying again may help.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The tool {Tool} failed")]
        public static partial void Failed(ILogger logger, string tool, Exception exception);
    }
}
