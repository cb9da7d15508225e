using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace MjAspire.McpGateway.Keys.Tokens;

/// <summary>
/// Callers with an access token of the configured issuer (RFC 7519, RFC 9068):
/// <code>
/// {"alg":"RS256","kid":"2026-01","typ":"at+jwt"} . {"iss":"https://login.example.com","aud":"https://mj.example.com/mcp",
///   "sub":"alice","scope":"generate read","exp":1767225600,"nbf":1767222000} . signature of the two
/// </code>
/// </summary>
internal sealed partial class IssuedTokens(
    IOptions<TokenSettings> settings, IssuerDocuments documents, GatewayMetrics metrics, TimeProvider time, ILogger<IssuedTokens> logger)
    : JwtBearerEvents, IConfigureNamedOptions<JwtBearerOptions>
{
    public const string SchemeName = "Token";

    private const int Longest = 8_192, LongestSubject = 255;

    /// <summary>What looks like a token, <c>{"</c> in base64url and three parts; anything else may be an API key.</summary>
    public static bool IsToken(string text) => text.Length <= Longest && text.StartsWith("eyJ", StringComparison.Ordinal) && text.AsSpan().Count('.') == 2;

    public void Configure(string? name, JwtBearerOptions options)
    {
        var (issuer, audience) = (settings.Value.Issuer!, settings.Value.Audience);
        (options.MapInboundClaims, options.SaveToken, options.Events) = (false, false, this);
        options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{issuer.TrimEnd('/')}/.well-known/openid-configuration", documents, documents)
        {
            AutomaticRefreshInterval = TimeSpan.FromHours(1),
            RefreshInterval = TimeSpan.FromSeconds(10), // a key that is not known may be new, but strangers name such keys too
        };
        options.TokenValidationParameters = new()
        {
            ValidIssuer = issuer,
            ValidAudience = audience,
            ClockSkew = TimeSpan.FromSeconds(30),
            TryAllIssuerSigningKeys = false,
            AlgorithmValidator = (algorithm, key, _, _) => algorithm == IssuerDocuments.AlgorithmOf(key),
            TypeValidator = (type, token, _) => IsUnderstood(type, (JsonWebToken)token) ? type : throw new SecurityTokenInvalidTypeException(type),
        };
    }

    public void Configure(JwtBearerOptions options) => Configure(SchemeName, options);

    public override async Task MessageReceived(MessageReceivedContext context)
    {
        context.Token = Presented.By(context.Request);
        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (InvalidOperationException e)
        {
            context.Fail(new IssuerAwayException(e));
        }
    }

    public override Task TokenValidated(TokenValidatedContext context)
    {
        var token = (JsonWebToken)context.SecurityToken;
        if (token.Subject is not { Length: > 0 and <= LongestSubject } subject)
        {
            context.Fail("There is no subject.");
            Refused(context.HttpContext);
            return Task.CompletedTask;
        }

        var owner = OwnerOf(token.Issuer, subject);
        context.Principal = CallerIdentity.Of(owner, $"token:{owner}", subject, ScopesOf(token), context.Scheme.Name);
        var expiresAt = new DateTimeOffset(token.ValidTo);
        context.HttpContext.Features.Set(new Credential(_ => ValueTask.FromResult(expiresAt > time.GetUtcNow())));
        return Task.CompletedTask;
    }

    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        Refused(context.HttpContext);
        return Task.CompletedTask;
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        return context.AuthenticateFailure is IssuerAwayException ? Challenges.IssuerAwayAsync(context.HttpContext) : Challenges.UnauthorizedAsync(context.HttpContext);
    }

    public override Task Forbidden(ForbiddenContext context) => Challenges.ForbiddenAsync(context.HttpContext);

    /// <summary>What is critical and unknown is refused, and so is what was issued for another use.</summary>
    private static bool IsUnderstood(string? type, JsonWebToken token) =>
        (type is null or "" or "JWT" or "at+jwt" or "application/at+jwt") && !token.TryGetHeaderValue<object>("crit", out _);

    /// <summary><c>"scope":"generate read"</c>, or <c>"scp"</c>, as some issuers write it.</summary>
    private static IEnumerable<string> ScopesOf(JsonWebToken token) =>
        Scopes.All.Intersect(
            ((token.TryGetPayloadValue<string?>("scope", out var scope) || token.TryGetPayloadValue("scp", out scope) ? scope : null) ?? "").Split(' '), StringComparer.Ordinal);

    /// <summary>The same subject of the same issuer is always the same owner; nobody else is.</summary>
    private static Guid OwnerOf(string issuer, string subject)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}"))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // version 8: made by a rule of one's own
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private void Refused(HttpContext context)
    {
        metrics.AuthenticationFailed("token");
        Log.Refused(logger, context.Connection.RemoteIpAddress);
    }

    private sealed class IssuerAwayException(Exception inner) : Exception("The issuer cannot be asked for its keys.", inner);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Refused a token from {Address}")]
        public static partial void Refused(ILogger logger, System.Net.IPAddress? address);
    }
}
