using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MjAspire.ServiceDefaults;

/// <summary>How one service of ours calls another.</summary>
public static class InternalClient
{
    /// <summary>
    /// A typed client of another service of ours: address by name (<c>services:job-service:http:0..n</c>, in turn), internal key on each call,
    /// 30 s at most. It never retries: the caller knows whether a call may be repeated.
    /// </summary>
    public static IHttpClientBuilder AddInternalClient<TClient>(this IServiceCollection services, string service) where TClient : class =>
        services.AddHttpClient<TClient>((provider, http) =>
            {
                http.BaseAddress = new Uri($"https+http://{service}");
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
            .AddServiceDiscovery()
            .RemoveAllLoggers(); // four lines and two scopes a call, which its span tells better
}
