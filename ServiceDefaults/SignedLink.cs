using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MjAspire.ServiceDefaults;

/// <summary>A link to one picture that anyone holding it can open until it expires: <c>{public url}/i/{image id}?e={Unix seconds}&amp;s={signature}</c>.</summary>
public static class SignedLink
{
    /// <summary>Makes the link; the signature is HMAC-SHA256 over <c>{image id}.{expiry}</c>.</summary>
    public static Uri Create(Uri publicUrl, string key, Guid imageId, DateTimeOffset expiresAt)
    {
        var expires = expiresAt.ToUnixTimeSeconds();
        return new Uri(publicUrl, $"/i/{imageId}?e={expires}&s={Sign(key, imageId, expires)}");
    }

    /// <summary>True when we made this link and it has not expired.</summary>
    public static bool Verify(string key, Guid imageId, long expires, string signature, DateTimeOffset now) =>
        expires > now.ToUnixTimeSeconds()
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(key, imageId, expires)), Encoding.ASCII.GetBytes(signature));

    private static string Sign(string key, Guid imageId, long expires) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes($"{imageId:N}.{expires}")));
}
