using Microsoft.Extensions.Options;
using ModelContextProtocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// Keeps web pages out. A page whose name is re-pointed at this machine (DNS rebinding) reaches <c>/mcp</c> with a Host that is not ours;
/// a page of another site with an Origin that is not ours. Clients that are no browsers send no Origin.
/// </summary>
internal sealed class OriginGuard(IOptions<McpSettings> settings, IConfiguration configuration)
{
    private static readonly string[] ThisMachine = ["localhost", "127.0.0.1", "[::1]"];

    private readonly Uri? _public = Uri.TryCreate(configuration["Images:PublicUrl"], UriKind.Absolute, out var url) ? url : null;

    public McpRefusal? Check(HttpRequest request)
    {
        if (!IsOurHost(request.Host.Host))
            return Forbidden($"Host '{request.Host}' is not served here.");

        foreach (var origin in request.Headers.Origin)
            if (!IsOurOrigin(origin))
                return Forbidden($"Origin '{origin}' may not call this server.");

        return null;
    }

    private bool IsOurHost(string host) =>
        IsThisMachine(host) || Same(host, _public?.Host) || settings.Value.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    private bool IsOurOrigin(string? origin) =>
        settings.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || Same(origin, _public?.GetLeftPart(UriPartial.Authority))
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsThisMachine(uri.Host));

    private static bool IsThisMachine(string host) => ThisMachine.Contains(host, StringComparer.OrdinalIgnoreCase);

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static McpRefusal Forbidden(string message) => new(403, McpErrorCode.InvalidRequest, message);
}
