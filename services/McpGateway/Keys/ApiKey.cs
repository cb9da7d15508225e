using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MjAspire.McpGateway.Keys;

/// <summary>A key as the database knows it. The key's text is shown once, when it is made, and kept nowhere.</summary>
internal sealed record ApiKey
{
    public required Guid Id { get; init; }
    public required Guid OwnerId { get; init; }
    public required string Name { get; init; }
    public required string[] Scopes { get; init; }

    /// <summary>The first characters of its text, by which a person tells keys apart.</summary>
    public string Prefix { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The key that took over when this one was rotated.</summary>
    public Guid? ReplacedBy { get; init; }

    /// <summary>The start of every key we make, <c>mjk_{43 characters of base64url}</c>: people and secret scanners recognise one.</summary>
    public const string Mark = "mjk_";

    /// <summary>Makes a key's text: 256 random bits.</summary>
    public static string NewText() => Mark + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is looked up. The index compares hashes, so the time it takes says nothing about a key.</summary>
    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>What a person may see of a key later: four characters of it, and the mark if it has one.</summary>
    public static string PrefixOf(string text) => text.StartsWith(Mark, StringComparison.Ordinal) ? text[..(Mark.Length + 4)] : text[..4];

    public bool IsValidAt(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);
}
