using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MjAspire.ImageStore.Blobs;

/// <summary>The SHA-256 of some bytes as 64 lower-case hex digits: a blob's name. Checked: a path made of one cannot lead astray.</summary>
internal readonly record struct ContentHash
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly string? _hex;

    private ContentHash(string hex) => _hex = hex;

    /// <summary>Where the blob is below any root, <c>ab/abcd…</c>: 256 folders, of 40,000 each when there are ten million.</summary>
    public string Path => $"{ToString()[..2]}/{ToString()}";

    public static ContentHash Parse(string hex) =>
        TryParse(hex, out var hash) ? hash : throw new FormatException("A content hash is 64 lower-case hex digits.");

    public static bool TryParse([NotNullWhen(true)] string? hex, out ContentHash hash)
    {
        var isOne = hex?.Length == 2 * SHA256.HashSizeInBytes && !hex.AsSpan().ContainsAnyExcept(Digits);
        hash = isOne ? new(hex!) : default;
        return isOne;
    }

    public static ContentHash Of(IncrementalHash sha256) => new(Convert.ToHexStringLower(sha256.GetCurrentHash()));

    public static async Task<ContentHash> OfAsync(Stream bytes, CancellationToken cancellationToken) =>
        new(Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)));

    public override string ToString() => _hex ?? throw new InvalidOperationException("This content hash was never set.");
}
