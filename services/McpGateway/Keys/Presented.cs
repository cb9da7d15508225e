using MjAspire.McpGateway.Live;

namespace MjAspire.McpGateway.Keys;

/// <summary>
/// What a request presents, a key or a token:
/// <code>
/// Authorization: Bearer mjk_...        (or, for clients that cannot set it, X-Api-Key: mjk_..., or a WebSocket's subprotocol)
/// </code>
/// </summary>
internal static class Presented
{
    public const string AlternativeHeader = "X-Api-Key";

    /// <returns>Null for a request that presents nothing.</returns>
    public static string? By(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        var authorization = request.Headers.Authorization.ToString();
        var text = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim()
            : request.Headers[AlternativeHeader].ToString() is { Length: > 0 } alternative ? alternative
            : OfferedToSocket(request);
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>A web page's WebSocket sets no headers but this one: <c>Sec-WebSocket-Protocol: mjaspire, bearer.mjk_...</c></summary>
    private static string? OfferedToSocket(HttpRequest request) =>
        request.Headers.SecWebSocketProtocol.ToString()
            .Split(',', StringSplitOptions.TrimEntries)
            .FirstOrDefault(protocol => protocol.StartsWith(WebSockets.KeyProtocol, StringComparison.Ordinal))?[WebSockets.KeyProtocol.Length..];
}
