using System.Security.Claims;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Mcp;
using MjAspire.McpGateway.Upstream;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Resources;

/// <summary>Resources have no results with errors in them: what is refused is an error of the protocol, with our code at the start of its message.</summary>
internal static class ResourceRefusals
{
    public static async Task<T> GuardAsync<TParams, T>(RequestContext<TParams> request, Func<Guid, Task<T>> read)
    {
        try
        {
            return await read(Reader(request.User));
        }
        catch (RefusedException e)
        {
            throw new McpProtocolException($"{e.Code}: {e.Message}", e, Code(e, request.JsonRpcRequest.Context?.ProtocolVersion));
        }
    }

    /// <summary>The owner whose things may be read.</summary>
    public static Guid Reader(ClaimsPrincipal? user) => user?.HasScope(Scopes.Read) == true
        ? user.OwnerId()
        : throw new McpProtocolException("E_FORBIDDEN: This API key lacks the scope 'read'.", McpErrorCode.InvalidRequest);

    /// <summary>The newest revision has no code of its own for a resource that is not there.</summary>
    private static McpErrorCode Code(RefusedException refused, string? revision) => refused.Code switch
    {
        "E_JOB_NOT_FOUND" or "E_IMAGE_NOT_FOUND" => McpProtocol.IsStateless(revision) ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound,
        _ => McpErrorCode.InternalError,
    };
}
