using System.Text.Json;
using Microsoft.Extensions.Options;

namespace MjAspire.McpGateway.Keys.Tokens;

/// <summary>The issuer's public keys: kept for an hour, asked for again when a token names one that is not known, but not at every stranger's whim.</summary>
internal sealed partial class IssuerKeys(
    IHttpClientFactory clients, IOptions<TokenSettings> settings, TimeProvider time, ILogger<IssuerKeys> logger) : IDisposable
{
    public const string Client = "issuer-keys";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _asking = new(1);
    private IReadOnlyDictionary<string, SigningKey> _known = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
    private long _askedAt;
    private bool _answered;

    /// <returns>Null for a key the issuer does not have.</returns>
    /// <exception cref="HttpRequestException">The issuer cannot be asked, and its keys are not known from before.</exception>
    public async ValueTask<SigningKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known) && !IsOlderThan(Kept))
            return known;

        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_known.ContainsKey(id) ? IsOlderThan(Kept) : _askedAt == 0 || IsOlderThan(Pause))
                await AskAsync(cancellationToken);
            if (!_answered)
                throw new HttpRequestException("The issuer's keys are not known.");
            return _known.GetValueOrDefault(id);
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private bool IsOlderThan(TimeSpan age) => time.GetElapsedTime(_askedAt) > age;

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        _askedAt = time.GetTimestamp();
        try
        {
            using var http = clients.CreateClient(Client);
            var keys = await http.GetFromJsonAsync<JsonElement>(settings.Value.KeysUrl ?? await DiscoverAsync(http, cancellationToken), cancellationToken);
            _known = keys.GetProperty("keys").EnumerateArray().Select(SigningKey.Of).OfType<SigningKey>()
                .GroupBy(key => key.Id, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
            _answered = true;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Away(logger, e.Message); // what is known holds
        }
    }

    /// <summary><code>{"issuer":"https://login.example.com","jwks_uri":"https://login.example.com/keys",...}</code></summary>
    private async Task<string> DiscoverAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var issuer = settings.Value.Issuer!;
        var told = await http.GetFromJsonAsync<JsonElement>($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", cancellationToken);
        var (name, keys) = (told.GetProperty("issuer").GetString(), told.GetProperty("jwks_uri").GetString());
        return name == issuer && keys is not null && TokenSettings.IsSafe(keys)
            ? keys
            : throw new InvalidOperationException("The issuer calls itself otherwise, or has its keys at an address that is not safe.");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The token issuer's keys cannot be had: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
