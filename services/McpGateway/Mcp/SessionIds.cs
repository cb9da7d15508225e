using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// Ids of sessions: <c>{22 characters of chance}.{43 characters of signature}</c>. The signature covers the owner, so that an id is worth
/// nothing to anyone else, and every replica recognises the ids of every other.
/// </summary>
internal sealed class SessionIds(IOptions<InternalOptions> secret)
{
    private const int Chance = 22, Longest = 100;

    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes("mcp-session:" + secret.Value.Key));

    /// <summary>The part of an id that the signature covers, and by which a replica knows its session.</summary>
    public static string NewChance() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    public string Of(string chance, ClaimsPrincipal user) => $"{chance}.{Sign(chance, user)}";

    /// <returns>The part that the signature covers; null for an id that was not given out, or not to this user.</returns>
    public string? Read(string id, ClaimsPrincipal user) =>
        id.Length is > Chance and < Longest && id[Chance] == '.'
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(id[(Chance + 1)..]), Encoding.UTF8.GetBytes(Sign(id[..Chance], user)))
            ? id[..Chance]
            : null;

    /// <summary>The owner of everything the caller makes; empty where no key is asked for.</summary>
    public static string OwnerOf(ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    private string Sign(string chance, ClaimsPrincipal user) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{chance}:{OwnerOf(user)}")));
}
