using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace MjAspire.McpGateway.Keys.Tokens;

/// <summary>Callers with an access token of the configured issuer.</summary>
internal sealed class IssuedTokens(IssuerKeys keys, IOptions<TokenSettings> settings, TimeProvider time)
{
    /// <summary>What looks like a token; anything else may be an API key.</summary>
    public bool Concerns(string text) => settings.Value.IsOn && text.Length <= TokenCheck.Longest && TokenCheck.KeyOf(text) is not null;

    /// <returns>Null for a token that is not good.</returns>
    /// <exception cref="HttpRequestException">The issuer cannot be asked.</exception>
    public async ValueTask<(ClaimsPrincipal Caller, DateTimeOffset ExpiresAt)?> FindAsync(string token, string scheme, CancellationToken cancellationToken)
    {
        if (TokenCheck.KeyOf(token) is not { } id || await keys.FindAsync(id, cancellationToken) is not { } key
            || TokenCheck.Read(token, key, settings.Value.Issuer!, settings.Value.Audience!, time.GetUtcNow()) is not { } claims)
            return null;

        var owner = OwnerOf(settings.Value.Issuer!, claims.Subject);
        return (CallerIdentity.Of(owner, $"token:{owner}", claims.Subject, claims.Scopes, scheme), claims.ExpiresAt);
    }

    /// <summary>The same subject of the same issuer is always the same owner; nobody else is.</summary>
    private static Guid OwnerOf(string issuer, string subject)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}"))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // version 8: made by a rule of one's own
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
