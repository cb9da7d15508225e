using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Upstream;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>
/// Around every tool call: scope and arguments are checked first, refusals and surprises become tool errors, the outcome is counted.
/// </summary>
internal sealed partial class ToolCalls(GatewayMetrics metrics, ILogger<ToolCalls> logger)
{
    public async ValueTask<CallToolResult> RunAsync(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next,
        RequestContext<CallToolRequestParams> request,
        CancellationToken cancellationToken)
    {
        if (request.MatchedPrimitive is not McpServerTool tool)
            return await next(request, cancellationToken); // no such tool: an error of the protocol, worded by the SDK

        var result = Refusal(tool, request) is { } error
            ? ToolAnswers.Failure(error.Code, error.Message)
            : await InvokeAsync(tool.ProtocolTool.Name, () => next(request, cancellationToken), cancellationToken);

        metrics.ToolCalled(tool.ProtocolTool.Name, result.IsError is true ? result.FailureCode() ?? "E_INTERNAL" : "ok");
        return result;
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
