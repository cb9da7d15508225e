using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// The SDK's Streamable HTTP, twice: with sessions, and without. Which of the two, the SDK decides once for each container of services; so the
/// second lives in one of its own, which shares what it needs with the first.
/// </summary>
internal sealed class SdkEndpoints(IServiceProvider services) : IDisposable
{
    private readonly ServiceProvider _alone = WithoutSessions(services);

    /// <summary>For clients that opened a session by <c>initialize</c>.</summary>
    public Handlers Sessions => field ??= new(services);

    /// <summary>For requests that stand alone.</summary>
    public Handlers Alone => field ??= new(_alone);

    public void Dispose() => _alone.Dispose();

    private static ServiceProvider WithoutSessions(IServiceProvider services)
    {
        var alone = new ServiceCollection();
        alone.AddSingleton(services.GetRequiredService<ILoggerFactory>()).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        alone.AddSingleton(services.GetRequiredService<IHostApplicationLifetime>());
        alone.AddMcpServer().WithHttpTransport(http => http.SessionMode = HttpServerSessionMode.Stateless);
        alone.AddSingleton<IOptionsFactory<McpServerOptions>>(
            new MadeOnce(services.GetRequiredService<IOptionsFactory<McpServerOptions>>().Create(Options.DefaultName)));
        return alone.BuildServiceProvider();
    }

    /// <summary>The SDK makes the options of a server for each request, which would cost more than the request.</summary>
    private sealed class MadeOnce(McpServerOptions options) : IOptionsFactory<McpServerOptions>
    {
        public McpServerOptions Create(string name) => options;
    }

    /// <summary>What <c>MapMcp</c> maps, without the routes it would give them: ours stand before each.</summary>
    internal sealed class Handlers : IEndpointRouteBuilder
    {
        private readonly RouteEndpoint[] _endpoints;

        public Handlers(IServiceProvider services)
        {
            ServiceProvider = services;
            this.MapMcp();
            _endpoints = [.. DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
        }

        public RequestDelegate Post => field ??= Find(HttpMethods.Post);

        public RequestDelegate Get => field ??= Find(HttpMethods.Get);

        public RequestDelegate Delete => field ??= Find(HttpMethods.Delete);

        public IServiceProvider ServiceProvider { get; }

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(ServiceProvider);

        private RequestDelegate Find(string method) =>
            _endpoints.Single(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains(method)).RequestDelegate!;
    }
}
