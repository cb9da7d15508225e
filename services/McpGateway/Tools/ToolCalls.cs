using MjAspire.McpGateway.Jobs;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>Around every tool call: arguments are checked first, refusals and surprises become tool errors, the outcome is counted.</summary>
internal sealed partial class ToolCalls(GatewayMetrics metrics, ILogger<ToolCalls> logger)
{
    public async ValueTask<CallToolResult> RunAsync(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next,
        RequestContext<CallToolRequestParams> request,
        CancellationToken cancellationToken)
    {
        if (request.MatchedPrimitive is not McpServerTool tool)
            return await next(request, cancellationToken); // no such tool: an error of the protocol, worded by the SDK

        var result = ArgumentGate.Check(tool.ProtocolTool.InputSchema, request.Params?.Arguments) is { } error
            ? ToolAnswers.Failure(error.Code, error.Message)
            : await InvokeAsync(tool.ProtocolTool.Name, () => next(request, cancellationToken), cancellationToken);

        metrics.ToolCalled(tool.ProtocolTool.Name, result.IsError is true ? result.FailureCode() ?? "E_INTERNAL" : "ok");
        return result;
    }

    private async ValueTask<CallToolResult> InvokeAsync(
        string tool, Func<ValueTask<CallToolResult>> invoke, CancellationToken cancellationToken)
    {
        try
        {
            return await invoke();
        }
        catch (JobRefusedException e)
        {
            return ToolAnswers.Failure(e.Code, e.Message);
        }
        catch (Exception e) when (e is not McpException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
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
