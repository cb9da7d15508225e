using Microsoft.Extensions.Options;
using MjAspire.WebhookIngress.Admitting;
using MjAspire.WebhookIngress.Remembering;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress;

/// <summary>Section <c>Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Signs the tokens in callback addresses; the same for the job service. 16 characters or more.</summary>
    public string TokenKey { get; set; } = "";

    /// <summary>Bytes of a callback's body at most; more is answered 413.</summary>
    public int LargestBody { get; set; } = 64 * 1024;

    /// <summary>How long the broker may take to confirm before the caller is told to come back: 503.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Callbacks waiting for the broker at a time; more are answered 503 at once.</summary>
    public int MostInFlight { get; set; } = 1024;

    /// <summary>How long a queued callback is known, to tell its repetitions.</summary>
    public TimeSpan RememberFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>When a caller is to come again whose callback could not be queued.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The ingress as providers reach it, to try that with a ping.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Whose <c>X-Forwarded-For</c> is believed: networks or addresses, separated by commas. Nobody's, when empty.</summary>
    public string TrustedProxies { get; set; } = "";

    public LimitsOptions Limits { get; set; } = new();

    public HistoryOptions History { get; set; } = new();

    /// <summary>Providers by the name in the address.</summary>
    public IDictionary<string, ProviderOptions> Providers { get; } = new Dictionary<string, ProviderOptions>(StringComparer.Ordinal);
}

internal static class Options
{
    public static void AddWebhookOptions(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<WebhookOptions>()
            .Bind(builder.Configuration.GetSection("Webhooks"))
            .Validate(o => o.TokenKey.Length >= 16, "Webhooks:TokenKey must be set, to the same 16 characters or more as for the job service.")
            .Validate(o => o.LargestBody is >= 1024 and <= 1024 * 1024, "Webhooks:LargestBody is 1024 to 1048576 bytes.")
            .Validate(o => o.PublishTimeout > TimeSpan.Zero && o.PublishTimeout < Receiving.Duplicates.PendingFor, "Webhooks:PublishTimeout is more than nothing and less than 30 s.")
            .Validate(o => o.MostInFlight > 0, "Webhooks:MostInFlight is at least 1.")
            .Validate(o => o.RememberFor > TimeSpan.Zero, "Webhooks:RememberFor is more than nothing.")
            .Validate(o => o.RetryAfter >= TimeSpan.FromSeconds(1), "Webhooks:RetryAfter is a second or more.")
            .Validate(o => o.PublicUrl.Length == 0 || Uri.TryCreate(o.PublicUrl, UriKind.Absolute, out _), "Webhooks:PublicUrl is an absolute address.")
            .Validate(o => AddressList.TryParse(o.TrustedProxies, out _), "Webhooks:TrustedProxies are networks or addresses, separated by commas.")
            .Validate(o => o.Limits is { PerProvider.IsValid: true, PerAddress.IsValid: true, Refused.IsValid: true }, "Webhooks:Limits: Burst and PerMinute above zero, or both zero for no limit.")
            .Validate(o => o.History.IsValid, "Webhooks:History: KeepFor is a minute or more, KeepBodiesFor not longer, MostWaiting at least 1.")
            .ValidateOnStart()
            .Services.AddSingleton<IValidateOptions<WebhookOptions>, ProviderRules>();

    /// <summary>Says which provider's settings are wrong, and how.</summary>
    private sealed class ProviderRules : IValidateOptions<WebhookOptions>
    {
        public ValidateOptionsResult Validate(string? name, WebhookOptions options)
        {
            var faults = options.Providers
                .SelectMany(provider => provider.Value.Faults()
                    .Concat(Verifying.Providers.IsName(provider.Key) ? [] : ["a provider's name has 32 lower-case letters, digits and - at most"])
                    .Select(fault => $"Webhooks:Providers:{provider.Key}:{fault}."))
                .ToList();
            return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
        }
    }
}
