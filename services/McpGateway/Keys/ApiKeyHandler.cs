using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Keys;

/// <summary>
/// Reads a key and finds its owner:
/// <code>
/// Authorization: Bearer mjk_...        (or, for clients that cannot set it, X-Api-Key: mjk_...)
/// </code>
/// </summary>
internal sealed partial class ApiKeyHandler(
    ApiKeyLookup keys, GatewayMetrics metrics, TimeProvider time,
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string AlternativeHeader = "X-Api-Key";

    /// <summary>No key of ours comes near; what is longer is not worth hashing.</summary>
    private const int LongestText = 256;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Presented() is not { Length: > 0 } text)
            return AuthenticateResult.NoResult();

        if (text.Length > LongestText || await keys.FindAsync(text, Context.RequestAborted) is not { } key)
            return Refused("unknown");

        if (!key.IsValidAt(time.GetUtcNow()))
            return Refused(key.RevokedAt is null ? "expired" : "revoked");

        return AuthenticateResult.Success(new AuthenticationTicket(CallerIdentity.Of(key, Scheme.Name), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var presented = Presented() is { Length: > 0 };
        if (!presented)
            metrics.AuthenticationFailed("missing");

        // RFC 6750: a wrong token is named as such, an absent one is only asked for.
        Response.Headers.WWWAuthenticate = presented ? "Bearer realm=\"MjAspire\", error=\"invalid_token\"" : "Bearer realm=\"MjAspire\"";
        await Problems.Of(StatusCodes.Status401Unauthorized, "E_AUTHENTICATION_FAILED", presented
                ? "This API key is not known, has expired or was revoked."
                : "An API key is needed: send it as 'Authorization: Bearer mjk_...'.")
            .ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.Of(StatusCodes.Status403Forbidden, "E_FORBIDDEN", "This API key's scopes do not cover that.").ExecuteAsync(Context);

    private string? Presented()
    {
        const string Bearer = "Bearer ";
        var authorization = Request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : Request.Headers[AlternativeHeader].ToString();
    }

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

/// <summary>Who calls, as claims.</summary>
internal static class CallerIdentity
{
    private const string KeyId = "key_id";
    private const string Scope = "scope";

    public static ClaimsPrincipal Of(ApiKey key, string scheme) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, key.OwnerId.ToString()),
            new(ClaimTypes.Name, key.Name),
            new(KeyId, key.Id.ToString()),
            .. key.Scopes.Select(scope => new Claim(Scope, scope)),
        ],
        scheme));

    /// <summary>The owner of everything the caller makes and sees.</summary>
    public static Guid OwnerId(this ClaimsPrincipal caller) => Guid.Parse(caller.FindFirstValue(ClaimTypes.NameIdentifier)!);

    public static bool HasScope(this ClaimsPrincipal caller, string scope) => caller.HasClaim(Scope, scope);

    /// <summary>The key the caller used; null for a caller without one.</summary>
    public static string? ApiKeyId(this ClaimsPrincipal caller) => caller.FindFirstValue(KeyId);
}
