namespace MjAspire.McpGateway.Keys.Tokens;

/// <summary>
/// Section <c>Tokens</c>: access tokens of somebody else's authorization server, beside API keys. Nothing of it is on until an issuer is named.
/// </summary>
internal sealed class TokenSettings
{
    /// <summary>The issuer as it stands in its tokens, <c>https://login.example.com</c>.</summary>
    public string? Issuer { get; init; }

    /// <summary>Who a token must be meant for; the public address of <c>/mcp</c>, when left out.</summary>
    public string? Audience { get; set; }

    /// <summary>Where the issuer's keys are (JWKS); found through its <c>.well-known/openid-configuration</c>, when left out.</summary>
    public string? KeysUrl { get; init; }

    public bool IsOn => !string.IsNullOrEmpty(Issuer);

    /// <summary>Keys that come over an open network could be anyone's; only this machine may go without TLS.</summary>
    public static bool IsSafe(string? address) =>
        address is null || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)));
}
