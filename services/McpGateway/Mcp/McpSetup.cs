using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Tools;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

internal static class McpSetup
{
    private const string Instructions =
        """
        Makes pictures. Call generate_image with a description; it returns a job id at once. Then call get_job_status with that id, waiting
        next_poll_seconds between calls, until the status is completed, and show the person the links. A picture costs money: never start a
        second job because the first one takes long.
        """;

    public static WebApplicationBuilder AddMcp(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<McpSettings>(builder.Configuration.GetSection("Mcp"));
        builder.Services.AddSingleton<OriginGuard>().AddSingleton<McpEndpoint>();
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

                // One request, one server: the HTTP request's own scope serves it.
                server.ScopeRequests = false;
            })
            .WithProductTools()
            .WithRequestFilters(filters => filters
                .AddListToolsFilter(next => async (request, cancellationToken) =>
                {
                    var result = await next(request, cancellationToken);
                    result.TimeToLive = request.Services!.GetRequiredService<IOptions<McpSettings>>().Value.ListsTimeToLive;
                    result.CacheScope = CacheScope.Private;
                    return result;
                }));
        return builder;
    }

    public static WebApplication MapMcp(this WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<McpEndpoint>();
        var cap = new RequestSizeLimitAttribute(app.Services.GetRequiredService<IOptions<McpSettings>>().Value.MaxBodyBytes);
        app.MapPost("/mcp", endpoint.PostAsync).WithMetadata(cap);
        app.MapMethods("/mcp", [HttpMethods.Get, HttpMethods.Delete], McpEndpoint.NotAllowedAsync);
        return app;
    }
}
