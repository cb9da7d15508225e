using System.Security.Claims;
using Microsoft.Extensions.Caching.Memory;

namespace MjAspire.McpGateway.Keys;

/// <summary>
/// Keys by their text, remembered for a moment: an agent polls several times a second, and a revoked key must stop soon.
/// Texts that belong to no key are remembered as well, so that one client with a wrong key does not occupy the database.
/// </summary>
internal sealed class ApiKeyLookup(ApiKeyTable keys) : IDisposable
{
    /// <summary>The longest a revoked key still works.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(4);

    private readonly MemoryCache _known =
        new(new MemoryCacheOptions { SizeLimit = 10_000, ExpirationScanFrequency = TimeSpan.FromSeconds(30) });

    public async ValueTask<KnownKey?> FindAsync(string text, CancellationToken cancellationToken)
    {
        var hash = ApiKey.HashOf(text);
        var name = Convert.ToHexString(hash);
        if (_known.TryGetValue(name, out KnownKey? known))
            return known;

        var found = await keys.FindAsync(hash, cancellationToken) is { } key ? new KnownKey(key, CallerIdentity.Of(key, ApiKeyHandler.SchemeName)) : null;
        _known.Set(name, found, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
        return found;
    }

    public void Dispose() => _known.Dispose();
}

/// <summary>A key and who comes with it; made once, however often it is shown.</summary>
internal sealed record KnownKey(ApiKey Key, ClaimsPrincipal Caller);
