using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// What a callback address proves: for which job it was made, until when it counts, and of which trace it is a part.
/// Written into the URL a provider calls back, it lets a callback find its job even when it overtakes the answer to the submit.
/// </summary>
/// <remarks>
/// Base64url of 1 byte version, 16 bytes job id, 8 bytes expiry (Unix seconds), 16 bytes trace id, 8 bytes span id, 1 byte trace flags,
/// and HMAC-SHA256 over all of these. A bearer capability: treat the whole text as a secret.
/// </remarks>
public sealed record CallbackToken(Guid JobId, DateTimeOffset ExpiresAt, ActivityContext Trace)
{
    private const byte Version = 1;
    private const int PayloadLength = 1 + 16 + 8 + 16 + 8 + 1;
    private const int Length = PayloadLength + HMACSHA256.HashSizeInBytes;

    /// <summary>Makes the text for a callback URL.</summary>
    public static string Create(string key, Guid jobId, DateTimeOffset expiresAt, ActivityContext trace)
    {
        Span<byte> token = stackalloc byte[Length];
        token[0] = Version;
        jobId.TryWriteBytes(token[1..17], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(token[17..25], expiresAt.ToUnixTimeSeconds());
        trace.TraceId.CopyTo(token[25..41]);
        trace.SpanId.CopyTo(token[41..49]);
        token[49] = (byte)trace.TraceFlags;
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), token[..PayloadLength], token[PayloadLength..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads a token that we made with this key and that has not expired; anything else is refused without saying why.</summary>
    public static bool TryRead(string key, string text, DateTimeOffset now, out CallbackToken token)
    {
        token = null!;
        Span<byte> bytes = stackalloc byte[Length];
        if (!Base64Url.IsValid(text, out var length) || length != Length || !Base64Url.TryDecodeFromChars(text, bytes, out _))
            return false;

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), bytes[..PayloadLength], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[PayloadLength..]) || bytes[0] != Version)
            return false;

        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes[17..25]));
        if (expiresAt <= now)
            return false;

        var trace = new ActivityContext(
            ActivityTraceId.CreateFromBytes(bytes[25..41]), ActivitySpanId.CreateFromBytes(bytes[41..49]),
            (ActivityTraceFlags)bytes[49], isRemote: true);
        token = new(new Guid(bytes[1..17], bigEndian: true), expiresAt, trace);
        return true;
    }
}
