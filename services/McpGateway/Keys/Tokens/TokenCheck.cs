using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MjAspire.McpGateway.Keys.Tokens;

/// <summary>What a good token says.</summary>
/// <param name="Subject">Who, in the issuer's words.</param>
/// <param name="Scopes">Those of its scopes that are ours.</param>
internal sealed record TokenClaims(string Subject, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt);

/// <summary>
/// Whether a token is the issuer's, meant for us, and in force. Pure. A token is three parts of base64url (RFC 7519, RFC 9068):
/// <code>
/// {"alg":"RS256","kid":"2026-01","typ":"at+jwt"} . {"iss":"https://login.example.com","aud":"https://mj.example.com/mcp",
///   "sub":"alice","scope":"generate read","exp":1767225600,"nbf":1767222000} . signature of the two
/// </code>
/// </summary>
internal static class TokenCheck
{
    public const int Longest = 8_192;

    private const int LongestSubject = 255;

    /// <summary>Clocks differ. Seconds.</summary>
    private const long Skew = 30;

    /// <summary>The name of the key that signed it; null for what is no token of a kind that is read here.</summary>
    public static string? KeyOf(string token) => Part(token, 0) is { } header && Text(header, "kid") is { Length: > 0 } kid ? kid : null;

    /// <returns>Null when it is not good, for whatever reason.</returns>
    public static TokenClaims? Read(string token, SigningKey key, string issuer, string audience, DateTimeOffset now)
    {
        // The algorithm is the key's, and never what a token makes of it: "none" and HMAC by public key are old tricks. What is critical and unknown is refused.
        if (Part(token, 0) is not { } header || Text(header, "alg") != key.Algorithm || header.TryGetProperty("crit", out _)
            || Text(header, "typ") is not (null or "JWT" or "at+jwt" or "application/at+jwt") || !IsSigned(token, key)
            || Part(token, 1) is not { } claims)
            return null;

        return Text(claims, "iss") == issuer && IsFor(claims, audience)
            && Number(claims, "exp") is { } expires && expires + Skew > now.ToUnixTimeSeconds()
            && (Number(claims, "nbf") ?? 0) - Skew <= now.ToUnixTimeSeconds()
            && Text(claims, "sub") is { Length: > 0 and <= LongestSubject } subject
                ? new(subject, ScopesOf(claims), DateTimeOffset.FromUnixTimeSeconds(expires))
                : null;
    }

    private static bool IsSigned(string token, SigningKey key)
    {
        var end = token.LastIndexOf('.');
        return Base64Url.IsValid(token.AsSpan(end + 1))
            && key.Verifies(Encoding.ASCII.GetBytes(token[..end]), Base64Url.DecodeFromChars(token.AsSpan(end + 1)));
    }

    private static JsonElement? Part(string token, int index)
    {
        if (token.Split('.') is not { Length: 3 } parts || !Base64Url.IsValid(parts[index]))
            return null;
        try
        {
            var part = JsonElement.Parse(Base64Url.DecodeFromChars(parts[index]));
            return part.ValueKind == JsonValueKind.Object ? part : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsFor(JsonElement claims, string audience) => claims.TryGetProperty("aud", out var meant) && meant.ValueKind switch
    {
        JsonValueKind.String => meant.GetString() == audience,
        JsonValueKind.Array => meant.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.GetString() == audience),
        _ => false,
    };

    /// <summary><c>"scope":"generate read"</c>, or <c>"scp"</c>, as some issuers write it.</summary>
    private static IReadOnlyList<string> ScopesOf(JsonElement claims) =>
        [.. Keys.Scopes.All.Intersect((Text(claims, "scope") ?? Text(claims, "scp") ?? "").Split(' '), StringComparer.Ordinal)];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Seconds since 1970, within what a date can be.</summary>
    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
        && seconds is >= 0 and < 253_402_300_800 ? (long)seconds : null;
}

/// <summary>A public key of the issuer, and the one algorithm it is for.</summary>
internal sealed record SigningKey(string Id, string Algorithm, Func<byte[], byte[], bool> Verifies)
{
    private const int SmallestRsa = 2_048;

    /// <summary>
    /// Of a JWKS (RFC 7517); null for a key of another kind or use:
    /// <code>{"kty":"RSA","kid":"2026-01","use":"sig","alg":"RS256","n":"...","e":"AQAB"}   {"kty":"EC","kid":"b","crv":"P-256","x":"...","y":"..."}</code>
    /// </summary>
    public static SigningKey? Of(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || Text(jwk, "kid") is not { Length: > 0 } id || Text(jwk, "use") is not (null or "sig"))
            return null;
        try
        {
            return (Text(jwk, "kty"), Text(jwk, "alg")) switch
            {
                ("RSA", null or "RS256") => OfRsa(id, "RS256", jwk, RSASignaturePadding.Pkcs1),
                ("RSA", "PS256") => OfRsa(id, "PS256", jwk, RSASignaturePadding.Pss),
                ("EC", null or "ES256") when Text(jwk, "crv") == "P-256" => OfCurve(id, jwk),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null; // one malformed key does not spoil the others
        }
    }

    private static SigningKey? OfRsa(string id, string algorithm, JsonElement jwk, RSASignaturePadding padding)
    {
        var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") });
        return rsa.KeySize < SmallestRsa ? null
            : new(id, algorithm, (data, signature) => { lock (rsa) return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, padding); });
    }

    private static SigningKey OfCurve(string id, JsonElement jwk)
    {
        var curve = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") } });
        return new(id, "ES256", (data, signature) => { lock (curve) return curve.VerifyData(data, signature, HashAlgorithmName.SHA256); });
    }

    private static byte[] Bytes(JsonElement jwk, string name) => Base64Url.DecodeFromChars(Text(jwk, name) ?? throw new FormatException($"{name} is missing."));

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
