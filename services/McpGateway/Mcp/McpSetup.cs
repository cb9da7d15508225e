using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Prompts;
using MjAspire.McpGateway.Resources;
using MjAspire.McpGateway.Tasks;
using MjAspire.McpGateway.Tools;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

internal static class McpSetup
{
    /// <summary>A body so many times too large is not even let in.</summary>
    private const int ReadToTheEnd = 4;

    private const string Instructions =
        """
        Makes pictures. Call generate_image with a description; it returns a job id at once. Then call wait_for_job (or get_job_status,
        waiting next_poll_seconds between calls) until the status is completed, and show the person the links. A finished 2x2 grid says in
        follow_ups what it offers: upscale_image and vary_image take one of its four parts, edit_image changes a picture. get_image shows one
        to you. A picture costs money: never start a second job because the first one takes long.
        """;

    public static WebApplicationBuilder AddMcp(this WebApplicationBuilder builder)
    {
        builder.AddMcpTransport();
        builder.Services
            .AddMcpServer(server =>
            {
                server.ServerInfo = new Implementation
                {
                    Name = "mjaspire",
                    Title = "MjAspire",
                    Version = typeof(McpSetup).Assembly.GetName().Version!.ToString(3),
                    Description = "Image generation for AI agents.",
                };
                server.ServerInstructions = Instructions;
            })
            .WithProductTools()
            .WithProductResources()
            .WithProductPrompts()
            .WithJobTasks()
            .WithCacheHints();
        return builder;
    }

    /// <summary>What carries messages, whatever server they are for.</summary>
    public static WebApplicationBuilder AddMcpTransport(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<McpSettings>()
            .Bind(builder.Configuration.GetSection("Mcp"))
            .Validate(mcp => mcp is { MaxBodyBytes: > 0, MostSessions: >= 0, MostSessionsPerOwner: >= 0 } && mcp.SessionIdle > TimeSpan.Zero,
                "The numbers in the section Mcp must be above zero; only the numbers of sessions may be zero.")
            .ValidateOnStart();
        builder.Services.AddMcpServer().WithHttpTransport();
        builder.Services.AddOptions<HttpServerTransportOptions>().Configure<IOptions<McpSettings>, ClientSessions, TimeProvider>((http, mcp, sessions, time) =>
        {
            http.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
            (http.IdleTimeout, http.MaxIdleSessionCount, http.TimeProvider) = (mcp.Value.SessionIdle, mcp.Value.MostSessions, time);
            http.RunSessionHandler = sessions.RunAsync;
        });
        builder.Services.AddSingleton<LoggerFactory>();
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(services => new McpLogging(services.GetRequiredService<LoggerFactory>())));
        builder.Services.AddSingleton<OriginGuard>().AddSingleton<SessionIds>().AddSingleton<ClientSessions>().AddSingleton<KeptLists>();
        builder.Services.AddSingleton<SdkEndpoints>().AddSingleton<McpGate>().AddSingleton<SseEndpoint>();
        return builder;
    }

    public static WebApplication MapMcp(this WebApplication app)
    {
        var (mcp, sse) = (app.Services.GetRequiredService<McpGate>(), app.Services.GetRequiredService<SseEndpoint>());
        var cap = new RequestSizeLimitAttribute(ReadToTheEnd * app.Services.GetRequiredService<IOptions<McpSettings>>().Value.MaxBodyBytes);
        app.MapPost("/mcp", mcp.PostAsync).WithMetadata(cap);
        app.MapGet("/mcp", mcp.GetAsync);
        app.MapDelete("/mcp", mcp.DeleteAsync);
        app.MapGet("/sse", sse.GetAsync);
        app.MapPost("/sse", sse.PostAsync).WithMetadata(cap);
        return app;
    }

    /// <summary>Lists are the same until the next release, unless they say otherwise; what they hold is one caller's business.</summary>
    public static IMcpServerBuilder WithCacheHints(this IMcpServerBuilder server) => server.WithRequestFilters(filters => filters
        .AddListToolsFilter(next => async (request, cancellationToken) => Keep(await next(request, cancellationToken), request.Services!))
        .AddListPromptsFilter(next => async (request, cancellationToken) => Keep(await next(request, cancellationToken), request.Services!))
        .AddListResourceTemplatesFilter(next => async (request, cancellationToken) => Keep(await next(request, cancellationToken), request.Services!))
        .AddListResourcesFilter(next => async (request, cancellationToken) => Keep(await next(request, cancellationToken), request.Services!))
        .AddReadResourceFilter(next => async (request, cancellationToken) =>
        {
            try
            {
                return Keep(await next(request, cancellationToken), request.Services!);
            }
            catch (McpProtocolException e)
            {
                e.Data["uri"] = request.Params?.Uri; // goes out as the error's data
                throw;
            }
        }));

    private static T Keep<T>(T result, IServiceProvider services) where T : ICacheableResult
    {
        result.TimeToLive ??= services.GetRequiredService<IOptions<McpSettings>>().Value.ListsTimeToLive;
        result.CacheScope ??= CacheScope.Private;
        return result;
    }
}
