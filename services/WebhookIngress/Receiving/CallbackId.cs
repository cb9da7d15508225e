using System.Security.Cryptography;
using System.Text;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>
/// The same bytes from the same origin are the same callback, whichever replica receives them and however often:
/// SHA-256 over origin and body, cut to a UUID of version 8 (RFC 9562: made by the maker's own rule).
/// </summary>
internal static class CallbackId
{
    /// <summary>Of a callback to a capability address: its origin is the job.</summary>
    public static Guid Of(Guid jobId, ReadOnlySpan<byte> body)
    {
        Span<byte> origin = stackalloc byte[16];
        jobId.TryWriteBytes(origin, bigEndian: true, out _);
        return Of(origin, body);
    }

    /// <summary>Of any other: its origin is the provider, and the id the provider gave it, if it gives ids.</summary>
    public static Guid Of(string provider, string? webhookId, ReadOnlySpan<byte> body) => Of(Encoding.UTF8.GetBytes($"{provider}\n{webhookId}\n"), body);

    private static Guid Of(ReadOnlySpan<byte> origin, ReadOnlySpan<byte> body)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[32];
        sha.AppendData(origin);
        sha.AppendData(body);
        sha.GetHashAndReset(bytes);
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x80);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }
}
