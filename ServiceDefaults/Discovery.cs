using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// Finds a service by its name: <c>http://job-service</c> goes to one of <c>services:job-service:http:0..n</c>, in turn.
/// Stands in for Microsoft.Extensions.ServiceDiscovery and reads the same variables; see docs/decisions.
/// </summary>
public static class Discovery
{
    internal static void AddServiceDiscovery(this IServiceCollection services) => services.TryAddSingleton<ServiceEndpoints>();

    /// <summary>
    /// A typed client of another service of ours: address by name, internal key on each call, 30 s at most.
    /// It never retries: the caller knows whether a call may be repeated.
    /// </summary>
    public static IHttpClientBuilder AddInternalClient<TClient>(this IServiceCollection services, string service) where TClient : class =>
        services.AddHttpClient<TClient>((provider, http) =>
            {
                http.BaseAddress = new Uri($"http://{service}");
                http.Timeout = TimeSpan.FromSeconds(30);
                http.DefaultRequestHeaders.Add(InternalHeaders.Key, provider.GetRequiredService<IOptions<InternalOptions>>().Value.Key);
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
            })
            .AddHttpMessageHandler(provider => new DiscoveringHandler(provider.GetRequiredService<ServiceEndpoints>()))
            .RemoveAllLoggers(); // four lines and two scopes a call, which its span tells better

    private sealed class DiscoveringHandler(ServiceEndpoints endpoints) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = endpoints.Resolve(request.RequestUri!);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>The addresses of services by name, as the AppHost injects them.</summary>
public sealed class ServiceEndpoints(IConfiguration configuration)
{
    private static readonly string[] Schemes = ["https", "http"];
    private readonly ConcurrentDictionary<string, Uri[]> _known = new(StringComparer.OrdinalIgnoreCase);
    private uint _turn;

    /// <summary>Replaces a service's name by the address of one of its replicas; any other address stays as it is.</summary>
    public Uri Resolve(Uri uri)
    {
        var replicas = _known.GetOrAdd(uri.Host, Read);
        if (replicas.Length == 0)
            return uri;

        var replica = replicas[Interlocked.Increment(ref _turn) % (uint)replicas.Length];
        return new UriBuilder(uri) { Scheme = replica.Scheme, Host = replica.Host, Port = replica.Port }.Uri;
    }

    private Uri[] Read(string service) =>
        [.. from scheme in Schemes
            from entry in configuration.GetSection($"services:{service}:{scheme}").GetChildren()
            where entry.Value is not null
            select new Uri(entry.Value!)];
}
