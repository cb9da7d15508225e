using System.Security.Cryptography;
using System.Text;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>
/// The same happening always has the same id, so that a repeated message is no second event: SHA-256 over what tells it from others, cut to a
/// UUID of version 8 (RFC 9562: made by the maker's own rule).
/// </summary>
internal static class EventId
{
    public static Guid Of(string type, Guid subject, long number = 0)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{type}/{subject}/{number}"), hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new(hash[..16], bigEndian: true);
    }
}
