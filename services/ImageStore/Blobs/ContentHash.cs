using System.Buffers;
using System.Security.Cryptography;

namespace MjAspire.ImageStore.Blobs;

/// <summary>The SHA-256 of some bytes as 64 lower-case hex digits: a blob's name. Checked: a path made of one cannot lead astray.</summary>
internal readonly record struct ContentHash
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly string? _hex;

    private ContentHash(string hex) => _hex = hex;

    public static ContentHash Parse(string hex) =>
        hex.Length == 2 * SHA256.HashSizeInBytes && !hex.AsSpan().ContainsAnyExcept(Digits)
            ? new(hex)
            : throw new FormatException("A content hash is 64 lower-case hex digits.");

    public static ContentHash Of(IncrementalHash sha256) => new(Convert.ToHexStringLower(sha256.GetCurrentHash()));

    public override string ToString() => _hex ?? throw new InvalidOperationException("This content hash was never set.");
}
