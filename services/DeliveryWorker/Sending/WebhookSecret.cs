using System.Buffers;
using System.Security.Cryptography;
using System.Text.Unicode;

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
    private const int LongestTimestamp = 20;
    private const int MostOnStack = 2048;

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
        var length = id.Length + 1 + LongestTimestamp + 1 + body.Length;
        var rented = length > MostOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var content = rented is null ? stackalloc byte[MostOnStack] : rented;
        Utf8.TryWrite(content, $"{id}.{timestamp}.", out var head);
        body.CopyTo(content[head..]);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, content[..(head + body.Length)], hash);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return $"v1,{Convert.ToBase64String(hash)}";
    }
}
