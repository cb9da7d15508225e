using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace MjAspire.McpGateway.Keys;

/// <summary>Finds the owner of the key a request presents.</summary>
internal sealed partial class ApiKeyHandler(
    ApiKeyLookup keys, GatewayMetrics metrics, TimeProvider time,
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    /// <summary>No key of ours comes near; what is longer is not worth hashing.</summary>
    private const int LongestText = 256;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Presented.By(Request) is not { } text)
            return AuthenticateResult.NoResult();

        if (text.Length > LongestText || await keys.FindAsync(text, Context.RequestAborted) is not var (key, caller))
            return Refused("unknown");

        if (!key.IsValidAt(time.GetUtcNow()))
            return Refused(key.RevokedAt is null ? "expired" : "revoked");

        Context.Features.Set(new Credential(async cancellationToken =>
            (await keys.FindAsync(text, cancellationToken))?.Key.IsValidAt(time.GetUtcNow()) == true));
        return AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Challenges.UnauthorizedAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Challenges.ForbiddenAsync(Context);

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
