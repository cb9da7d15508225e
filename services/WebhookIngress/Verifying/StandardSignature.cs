using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MjAspire.WebhookIngress.Verifying;

/// <summary>
/// Standard Webhooks 1.0.0, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
/// <code>
/// webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek
/// webhook-timestamp: 1614265330
/// webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v2,...      one entry a secret and version, any of them may fit
/// signed: {webhook-id}.{webhook-timestamp}.{body}
/// </code>
/// </summary>
internal sealed class StandardSignature(IEnumerable<byte[]> keys) : Credential
{
    public const string IdHeader = "webhook-id";
    private const string TimestampHeader = "webhook-timestamp";
    private const string SignatureHeader = "webhook-signature";
    private const string Version = "v1,";
    private const string Prefix = "whsec_";
    private const int MostEntries = 20;
    private const int LongestId = 256;

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    private readonly byte[][] _keys = [.. keys];

    public override string Name => "signature";

    public override bool CoversBody => true;

    /// <summary><c>whsec_</c> and the base64 of 24 to 64 bytes; the prefix may be left out.</summary>
    public static byte[]? ReadKey(string secret)
    {
        var encoded = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var key = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, key, out var length) && length is >= 24 and <= 64 ? key[..length] : null;
    }

    public override string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (headers[IdHeader] is not [{ Length: > 0 and <= LongestId } id])
            return $"the header {IdHeader} is missing";
        if (headers[TimestampHeader] is not [{ } timestamp])
            return $"the header {TimestampHeader} is missing";
        if (headers[SignatureHeader] is not [{ } signatures])
            return $"the header {SignatureHeader} is missing";
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return $"{TimestampHeader} is not a number of seconds";

        var age = now.ToUnixTimeSeconds() - seconds;
        if (age > Tolerance.TotalSeconds)
            return "it was signed too long ago";
        if (age < -Tolerance.TotalSeconds)
            return "it was signed in the future; a clock is wrong";
        return IsSigned(id, timestamp, signatures, body) ? null : "no signature fits";
    }

    private bool IsSigned(string id, string timestamp, string signatures, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        Span<byte> expected = stackalloc byte[_keys.Length * HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < _keys.Length; i++)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _keys[i]);
            hmac.AppendData(head);
            hmac.AppendData(body);
            hmac.GetHashAndReset(expected[(i * HMACSHA256.HashSizeInBytes)..]);
        }

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes + 1];
        foreach (var entry in signatures.Split(' ', MostEntries))
        {
            // Entries of versions yet to come, and broken ones, are passed over.
            if (!entry.StartsWith(Version, StringComparison.Ordinal)
                || !Convert.TryFromBase64Chars(entry.AsSpan(Version.Length), given, out var length) || length != HMACSHA256.HashSizeInBytes)
                continue;
            for (var i = 0; i < _keys.Length; i++)
            {
                if (CryptographicOperations.FixedTimeEquals(expected.Slice(i * HMACSHA256.HashSizeInBytes, HMACSHA256.HashSizeInBytes), given[..length]))
                    return true;
            }
        }
        return false;
    }
}
