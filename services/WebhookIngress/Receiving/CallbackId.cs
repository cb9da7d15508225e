using System.Security.Cryptography;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>
/// The same bytes for the same job are the same callback, whichever replica receives them and however often:
/// SHA-256 over job id and body, cut to a UUID of version 8 (RFC 9562: made by the maker's own rule).
/// </summary>
internal static class CallbackId
{
    public static Guid Of(Guid jobId, ReadOnlySpan<byte> body)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[32];
        jobId.TryWriteBytes(bytes, bigEndian: true, out _);
        sha.AppendData(bytes[..16]);
        sha.AppendData(body);
        sha.GetHashAndReset(bytes);
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x80);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }
}
