using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>A request turned away before it reaches the MCP server: an HTTP status, and a JSON-RPC error as its body.</summary>
internal sealed record McpRefusal(int Status, McpErrorCode Code, string Message)
{
    public static McpRefusal BadRequest(McpErrorCode code, string message) => new(StatusCodes.Status400BadRequest, code, message);

    /// <param name="context">The request that is refused.</param>
    /// <param name="id">The request's own id; the default is written as <c>null</c>, for a body from which no id could be read.</param>
    public Task WriteAsync(HttpContext context, RequestId id = default)
    {
        var error = new JsonRpcError { Id = id, Error = new() { Code = (int)Code, Message = Message } };
        return Results.Json(error, McpJsonUtilities.DefaultOptions, statusCode: Status).ExecuteAsync(context);
    }
}
