using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.ServiceDefaults;

public static class OutboundExtensions
{
    /// <summary>
    /// A named <see cref="HttpClient"/> for URLs that came from outside: it reaches public addresses only, follows no redirect, uses no proxy,
    /// keeps no cookie, unpacks nothing. Throws <see cref="RefusedAddressException"/> where it may not go, before any socket is opened.
    /// Ask for the response with <see cref="HttpCompletionOption.ResponseHeadersRead"/> and read it with <see cref="BoundedBody"/>.
    /// </summary>
    public static IHttpClientBuilder AddGuardedHttpClient(this IServiceCollection services, string name, Action<HttpClient>? configure = null)
    {
        services.AddOptions<OutboundOptions>().BindConfiguration("Outbound").ValidateOnStart();
        services.TryAddSingleton<IOutboundNetwork, SystemNetwork>();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<OutboundOptions>>().Value.ToPolicy());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboundOptions>, OutboundOptionsCheck>());

        return services
            .AddHttpClient(name, client =>
            {
                client.Timeout = TimeSpan.FromSeconds(30);
                client.MaxResponseContentBufferSize = 1024 * 1024; // a caller who forgets BoundedBody is bounded too
                configure?.Invoke(client);
            })
            .RemoveAllLoggers() // they write URLs, and a webhook's URL is a secret
            .ConfigurePrimaryHttpMessageHandler(provider => CreateHandler(
                provider.GetRequiredService<IOptions<OutboundOptions>>().Value,
                new GuardedConnector(provider.GetRequiredService<AddressPolicy>(), provider.GetRequiredService<IOutboundNetwork>())))
            .ConfigureAdditionalHttpMessageHandlers((handlers, provider) =>
            {
                handlers.Clear(); // service discovery and the like would give a stranger's URL our own names
                handlers.Add(new GuardHandler(provider.GetRequiredService<AddressPolicy>()));
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan); // the handler renews its connections itself
    }

    private static SocketsHttpHandler CreateHandler(OutboundOptions options, GuardedConnector connector) => new()
    {
        ConnectCallback = connector.ConnectAsync,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionLifetime = options.ConnectionLifetime,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 16, // KB
        MaxResponseDrainSize = 0, // what the caller left unread is not read either
    };

    private sealed class OutboundOptionsCheck : IValidateOptions<OutboundOptions>
    {
        public ValidateOptionsResult Validate(string? name, OutboundOptions options)
        {
            try
            {
                options.ToPolicy();
                return ValidateOptionsResult.Success;
            }
            catch (FormatException error)
            {
                return ValidateOptionsResult.Fail(error.Message);
            }
        }
    }
}
