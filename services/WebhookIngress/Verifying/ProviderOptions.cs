using MjAspire.WebhookIngress.Admitting;

namespace MjAspire.WebhookIngress.Verifying;

/// <summary>How callbacks to <c>/webhook/{provider}</c> are proven.</summary>
internal enum Verification
{
    /// <summary>Not at all: they are refused. Callbacks to a capability address prove themselves.</summary>
    None,

    /// <summary>A secret in a header.</summary>
    Header,

    /// <summary>Standard Webhooks.</summary>
    Signature,

    /// <summary>User and password.</summary>
    Basic,
}

/// <summary>Section <c>Webhooks:Providers:{name}</c>.</summary>
internal sealed class ProviderOptions
{
    private const int ShortestSecret = 16;
    private const int MostSecrets = 8;

    public Verification Verification { get; set; }

    /// <summary>Several, so that one can be replaced by the next: header secrets of 16 characters or more; <c>whsec_...</c>; <c>user:password</c>.</summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>The header that carries the secret, with <see cref="Verification.Header"/>.</summary>
    public string Header { get; set; } = "X-Webhook-Secret";

    /// <summary>Who may call at all: networks (CIDR) or addresses, separated by commas. Anyone, when empty. Counts for capability addresses as well.</summary>
    public string AllowedNetworks { get; set; } = "";

    /// <summary>For providers that check an address by a challenge before they use it: the token they were given for that.</summary>
    public string? VerificationToken { get; set; }

    /// <summary>Callbacks at once, instead of <c>Webhooks:Limits:PerProvider</c>.</summary>
    public LimitOptions? Limit { get; set; }

    /// <summary>What is wrong with these, if anything.</summary>
    public IEnumerable<string> Faults()
    {
        if (Secrets.Count > MostSecrets)
            yield return $"Secrets: {MostSecrets} at most";
        if (Verification != Verification.None && Secrets.Count == 0)
            yield return $"Secrets: Verification {Verification} needs at least one";
        if (Verification == Verification.None && Secrets.Count > 0)
            yield return "Verification: Header, Signature or Basic must be chosen for these secrets";
        if (Verification == Verification.Header && Secrets.Any(secret => secret.Length < ShortestSecret))
            yield return $"Secrets: {ShortestSecret} characters or more";
        if (Verification == Verification.Header && (Header.Length == 0 || Header.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))))
            yield return "Header: letters, digits, - and _";
        if (Verification == Verification.Signature && Secrets.Any(secret => StandardSignature.ReadKey(secret) is null))
            yield return "Secrets: whsec_ and the base64 of 24 to 64 bytes";
        if (Verification == Verification.Basic && Secrets.Any(secret => secret.IndexOf(':') < 1 || secret.Length < ShortestSecret))
            yield return $"Secrets: user:password, together {ShortestSecret} characters or more";
        if (!AddressList.TryParse(AllowedNetworks, out _))
            yield return "AllowedNetworks: networks such as 203.0.113.0/24 or addresses, separated by commas";
        if (VerificationToken is { Length: > 0 and < 8 })
            yield return "VerificationToken: 8 characters or more";
        if (Limit is { IsValid: false })
            yield return "Limit: Burst and PerMinute above zero, or both zero for no limit";
    }
}
