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

    public string New(ClaimsPrincipal user)
    {
        var chance = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        return $"{chance}.{Sign(chance, user)}";
    }

    public bool IsOurs(string id, ClaimsPrincipal user) =>
        id.Length is > Chance and < Longest && id[Chance] == '.'
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(id[(Chance + 1)..]), Encoding.UTF8.GetBytes(Sign(id[..Chance], user)));

    /// <summary>The owner of everything the caller makes; empty where no key is asked for.</summary>
    public static string OwnerOf(ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    private string Sign(string chance, ClaimsPrincipal user) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{chance}:{OwnerOf(user)}")));
}
