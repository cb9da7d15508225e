using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace MjAspire.McpGateway.Keys.Tokens;

/// <summary>
/// What the issuer says of itself, and its public keys:
/// <code>
/// {"issuer":"https://login.example.com","jwks_uri":"https://login.example.com/keys",...}
/// {"keys":[{"kty":"RSA","kid":"2026-01","use":"sig","alg":"RS256","n":"...","e":"AQAB"},{"kty":"EC","kid":"b","crv":"P-256","x":"...","y":"..."}]}
/// </code>
/// </summary>
internal sealed partial class IssuerDocuments(IHttpClientFactory clients, IOptions<TokenSettings> settings, ILogger<IssuerDocuments> logger)
    : IConfigurationRetriever<OpenIdConnectConfiguration>, IDocumentRetriever
{
    public const string Client = "issuer-keys";

    private const int SmallestRsa = 2_048;

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        try
        {
            var told = settings.Value.KeysUrl is { } keys
                ? new OpenIdConnectConfiguration { Issuer = settings.Value.Issuer, JwksUri = keys }
                : OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
            if (told.Issuer != settings.Value.Issuer || string.IsNullOrEmpty(told.JwksUri) || !TokenSettings.IsSafe(told.JwksUri))
                throw new InvalidOperationException("The issuer calls itself otherwise, or has its keys at an address that is not safe.");

            foreach (var key in JsonWebKeySet.Create(await retriever.GetDocumentAsync(told.JwksUri, cancel)).Keys.Where(IsGood))
                told.SigningKeys.Add(key);
            return told;
        }
        catch (Exception e)
        {
            Log.Away(logger, e.Message); // what is known holds
            throw;
        }
    }

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        using var http = clients.CreateClient(Client);
        return await http.GetStringAsync(address, cancel);
    }

    /// <summary>The one algorithm a key is for: its own word, and never what a token makes of it. Null for a key of another kind.</summary>
    public static string? AlgorithmOf(SecurityKey key) => key is not JsonWebKey jwk ? null : (jwk.Kty, jwk.Alg) switch
    {
        ("RSA", null or "" or SecurityAlgorithms.RsaSha256) => SecurityAlgorithms.RsaSha256,
        ("RSA", SecurityAlgorithms.RsaSsaPssSha256) => SecurityAlgorithms.RsaSsaPssSha256,
        ("EC", null or "" or SecurityAlgorithms.EcdsaSha256) when jwk.Crv == "P-256" => SecurityAlgorithms.EcdsaSha256,
        _ => null,
    };

    private static bool IsGood(JsonWebKey key) =>
        key is { Kid.Length: > 0, Use: null or "" or "sig" } && AlgorithmOf(key) is not null && (key.Kty != "RSA" || key.KeySize >= SmallestRsa);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The token issuer's keys cannot be had: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
