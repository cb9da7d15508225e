using MjAspire.DeliveryWorker.Endpoints;
using MjAspire.DeliveryWorker.Sending;

namespace MjAspire.DeliveryWorker.Forwarding;

/// <summary>Section <c>Forwarding</c>: a place that gets every provider's callback as it came, for who had a webhook server of their own before.</summary>
internal sealed class ForwardingOptions
{
    /// <summary>Where to; nothing is forwarded without it. <c>DESTINATION_URL</c> in the environment says the same.</summary>
    public string? DestinationUrl { get; set; }

    /// <summary><c>whsec_...</c>, by which the destination can tell that it was us. Without it forwarded callbacks are signed by a secret nobody knows.</summary>
    public string? Secret { get; set; }

    public bool IsOn => !string.IsNullOrEmpty(DestinationUrl);
}

internal static class ForwardingRegistration
{
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.AddOptions<ForwardingOptions>()
            .Configure<IConfiguration>((options, configuration) => options.DestinationUrl = configuration["DESTINATION_URL"])
            .BindConfiguration("Forwarding")
            .Validate(
                options => options.Secret is not { Length: > 0 } secret || WebhookSecret.TryParse(secret, out _),
                "Forwarding:Secret must be whsec_ followed by the base64 of 24 to 64 bytes.")
            .Validate<EndpointRules>(
                (options, rules) => !options.IsOn || rules.CheckUrl(options.DestinationUrl) is null,
                "Forwarding:DestinationUrl (DESTINATION_URL) must be an absolute http or https URL to an address that may be called.")
            .ValidateOnStart();
        return services.AddHostedService<ForwardingSetup>();
    }
}
