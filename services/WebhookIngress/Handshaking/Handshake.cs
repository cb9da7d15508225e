using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MjAspire.WebhookIngress.Handshaking;

/// <summary>
/// Before some providers use an address they ask whether it wants to be called, and want their challenge back:
/// <code>
/// GET  /webhook/{provider}?hub.mode=subscribe&amp;hub.verify_token=T&amp;hub.challenge=C      C as text/plain (WebSub, Meta)
/// POST /webhook/{provider} {"type":"url_verification","token":"T","challenge":"C"}       {"challenge":"C"} (Slack's Events API)
/// </code>
/// </summary>
internal sealed record Handshake(string Challenge, string? Token)
{
    private const int LongestBody = 4096;
    private const int LongestChallenge = 512;

    /// <summary>A POST is proven already, so its token may be left out; one that is there must be right.</summary>
    public bool IsFor(string token) => Token is null || Fits(token);

    /// <summary>A GET proves nothing but its token.</summary>
    public bool Fits(string token) => Token is not null && CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(Token)), SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public static bool TryRead(IQueryCollection query, [NotNullWhen(true)] out Handshake? handshake)
    {
        handshake = (query["hub.challenge"], query["hub.verify_token"]) is ([{ } challenge], [{ } token]) && IsChallenge(challenge)
            ? new(challenge, token)
            : null;
        return handshake is not null;
    }

    public static bool TryRead(byte[] body, [NotNullWhen(true)] out Handshake? handshake)
    {
        handshake = null;
        // A look at the bytes first: this is asked of every callback of such a provider.
        if (body.Length > LongestBody || body.AsSpan().IndexOf("\"url_verification\""u8) < 0)
            return false;
        try
        {
            using var document = JsonDocument.Parse(body);
            handshake = document.RootElement is { ValueKind: JsonValueKind.Object } root
                && Text(root, "type") == "url_verification" && Text(root, "challenge") is { } challenge && IsChallenge(challenge)
                ? new(challenge, Text(root, "token"))
                : null;
        }
        catch (JsonException)
        {
            // Not a handshake; what else it is not will be seen.
        }
        return handshake is not null;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>It is given back to whoever asks, so it must not be able to mean anything.</summary>
    private static bool IsChallenge(string text) =>
        text.Length is > 0 and <= LongestChallenge && text.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+/=:".Contains(c));
}
