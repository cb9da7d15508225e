using System.Security.Cryptography;
using System.Text;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// A Standard Webhooks signing key: <c>whsec_</c> and the base64 of 24 to 64 bytes. The prefix may be left out.
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
/// </summary>
internal sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Shortest = 24;
    private const int Longest = 64;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    public static WebhookSecret Generate() => new(RandomNumberGenerator.GetBytes(32));

    public static bool TryParse(string text, out WebhookSecret secret)
    {
        var encoded = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        var key = new byte[Longest + 3]; // room for what is too long to be seen as such
        var isKey = Convert.TryFromBase64String(encoded, key, out var length) && length is >= Shortest and <= Longest;
        secret = new(isKey ? key[..length] : []);
        return isKey;
    }

    public override string ToString() => Prefix + Convert.ToBase64String(_key);

    /// <summary>
    /// The entry for the <c>webhook-signature</c> header: <c>v1,</c> and the base64 of HMAC-SHA256 over
    /// <code>{webhook-id}.{webhook-timestamp}.{body}</code>
    /// </summary>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }
}
