using System.Security.Claims;

namespace MjAspire.McpGateway.Keys;

/// <summary>Who calls, as claims.</summary>
internal static class CallerIdentity
{
    public const string Scope = "scope";
    private const string KeyId = "key_id";

    public static ClaimsPrincipal Of(ApiKey key, string scheme) => Of(key.OwnerId, key.Id.ToString(), key.Name, key.Scopes, scheme);

    /// <param name="credential">What is limited and named in the audit log: a key's id, or a token's subject.</param>
    public static ClaimsPrincipal Of(Guid owner, string credential, string name, IEnumerable<string> scopes, string scheme) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, owner.ToString()),
            new(ClaimTypes.Name, name),
            new(KeyId, credential),
            .. scopes.Select(scope => new Claim(Scope, scope)),
        ],
        scheme));

    /// <summary>The owner of everything the caller makes and sees.</summary>
    public static Guid OwnerId(this ClaimsPrincipal caller) => Guid.Parse(caller.FindFirstValue(ClaimTypes.NameIdentifier)!);

    /// <summary>The key the caller used; null for a caller without one.</summary>
    public static string? ApiKeyId(this ClaimsPrincipal caller) => caller.FindFirstValue(KeyId);
}
