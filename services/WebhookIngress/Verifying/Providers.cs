using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using MjAspire.WebhookIngress.Admitting;

namespace MjAspire.WebhookIngress.Verifying;

/// <summary>What is known of a provider.</summary>
/// <param name="VerificationToken">Set for those that check an address by a challenge.</param>
internal sealed record Provider(string Name, Credential Credential, AddressList Allowed, string? VerificationToken, LimitOptions Limit);

/// <summary>The configured providers, by the name in the address.</summary>
internal sealed class Providers(IOptions<WebhookOptions> options)
{
    private const int LongestName = 32;

    private readonly FrozenDictionary<string, Provider> _configured = options.Value.Providers
        .Select(provider => Read(provider.Key, provider.Value, options.Value.Limits))
        .ToFrozenDictionary(provider => provider.Name);

    public Provider? Find(string name) => _configured.GetValueOrDefault(name);

    /// <summary>A capability address proves itself; its provider need not be configured.</summary>
    public Provider FindOrDefault(string name) => Find(name) ?? Read(name, new(), options.Value.Limits);

    /// <summary>Short and plain, for it goes into span names and metrics; anything else is an address we never gave out.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static Provider Read(string name, ProviderOptions options, LimitsOptions limits) => new(
        name,
        options.Verification switch
        {
            Verification.Header => new SharedSecret(options.Header, options.Secrets),
            Verification.Signature => new StandardSignature(options.Secrets.Select(secret => StandardSignature.ReadKey(secret)!)),
            Verification.Basic => new BasicLogin(options.Secrets),
            _ => new NoCredential(),
        },
        AddressList.TryParse(options.AllowedNetworks, out var allowed) ? allowed : throw new InvalidOperationException("AllowedNetworks were not validated."),
        options.VerificationToken is { Length: > 0 } token ? token : null,
        options.Limit ?? limits.PerProvider);
}
