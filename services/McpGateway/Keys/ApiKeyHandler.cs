using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Keys.Tokens;
using MjAspire.McpGateway.Live;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Keys;

/// <summary>
/// Reads a key and finds its owner:
/// <code>
/// Authorization: Bearer mjk_...        (or, for clients that cannot set it, X-Api-Key: mjk_..., or a WebSocket's subprotocol)
/// </code>
/// </summary>
internal sealed partial class ApiKeyHandler(
    ApiKeyLookup keys, IssuedTokens tokens, GatewayMetrics metrics, TimeProvider time,
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string AlternativeHeader = "X-Api-Key";

    /// <summary>No key of ours comes near; what is longer is not worth hashing.</summary>
    private const int LongestText = 256;

    private bool _issuerIsAway;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Presented() is not { Length: > 0 } text)
            return AuthenticateResult.NoResult();
        if (tokens.Concerns(text))
            return await AuthenticateTokenAsync(text);

        if (text.Length > LongestText || await keys.FindAsync(text, Context.RequestAborted) is not var (key, caller))
            return Refused("unknown");

        if (!key.IsValidAt(time.GetUtcNow()))
            return Refused(key.RevokedAt is null ? "expired" : "revoked");

        Context.Features.Set(new Credential(async cancellationToken =>
            (await keys.FindAsync(text, cancellationToken))?.Key.IsValidAt(time.GetUtcNow()) == true));
        return AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name));
    }

    private async Task<AuthenticateResult> AuthenticateTokenAsync(string token)
    {
        try
        {
            if (await tokens.FindAsync(token, Scheme.Name, Context.RequestAborted) is not var (caller, expiresAt))
                return Refused("token");

            Context.Features.Set(new Credential(_ => ValueTask.FromResult(expiresAt > time.GetUtcNow())));
            return AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name));
        }
        catch (HttpRequestException e)
        {
            _issuerIsAway = true;
            return AuthenticateResult.Fail(e);
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_issuerIsAway)
        {
            Response.Headers.RetryAfter = "10";
            await Problems.Of(503, "E_UNAVAILABLE", "Whoever issued this token cannot be asked for its keys. Try again.").ExecuteAsync(Context);
            return;
        }

        var presented = Presented() is { Length: > 0 };
        if (!presented)
            metrics.AuthenticationFailed("missing");

        // RFC 6750: a wrong token is named as such, an absent one is only asked for. RFC 9728: and where to get one.
        Response.Headers.WWWAuthenticate = "Bearer realm=\"MjAspire\"" + (presented ? ", error=\"invalid_token\"" : "")
            + (TokensSetup.MetadataUrl(Context) is { } url ? $", resource_metadata=\"{url}\"" : "");
        await Problems.Of(StatusCodes.Status401Unauthorized, "E_AUTHENTICATION_FAILED", presented
                ? "This API key is not known, has expired or was revoked."
                : "An API key is needed: send it as 'Authorization: Bearer mjk_...'.")
            .ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = Context.GetEndpoint()?.Metadata.GetMetadata<NeedsScope>();
        if (needed is not null)
            Response.Headers.WWWAuthenticate = $"Bearer realm=\"MjAspire\", error=\"insufficient_scope\", scope=\"{string.Join(' ', needed.AnyOf)}\"";
        return Problems.Of(StatusCodes.Status403Forbidden, "E_FORBIDDEN", needed is null
                ? "This is not for holders of this key."
                : $"This needs a key with the scope {needed}.")
            .ExecuteAsync(Context);
    }

    private string? Presented()
    {
        const string Bearer = "Bearer ";
        var authorization = Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return authorization[Bearer.Length..].Trim();
        return Request.Headers[AlternativeHeader].ToString() is { Length: > 0 } text ? text : OfferedToSocket();
    }

    /// <summary>A web page's WebSocket sets no headers but this one: <c>Sec-WebSocket-Protocol: mjaspire, bearer.mjk_...</c></summary>
    private string? OfferedToSocket() =>
        Request.Headers.SecWebSocketProtocol.ToString()
            .Split(',', StringSplitOptions.TrimEntries)
            .FirstOrDefault(protocol => protocol.StartsWith(WebSockets.KeyProtocol, StringComparison.Ordinal))?[WebSockets.KeyProtocol.Length..];

    private AuthenticateResult Refused(string reason)
    {
        metrics.AuthenticationFailed(reason);
        Log.Refused(Logger, reason, Context.Connection.RemoteIpAddress);
        return AuthenticateResult.Fail(reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Refused an API key from {Address}: {Reason}")]
        public static partial void Refused(ILogger logger, string reason, System.Net.IPAddress? address);
    }
}
