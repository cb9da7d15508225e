using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Mcp;

/// <summary>Makes servers. Their options are built once, in two forms: making them for each request would cost more than the request.</summary>
internal sealed class McpServers(IOptionsFactory<McpServerOptions> factory, McpLogging loggers, IServiceProvider services)
{
    private readonly Lazy<McpServerOptions> _single = new(() =>
    {
        var options = factory.Create(Options.DefaultName);
        options.ScopeRequests = false; // the HTTP request's own scope serves it
        return options;
    });

    private readonly Lazy<McpServerOptions> _lasting = new(() => factory.Create(Options.DefaultName));

    /// <summary>For one request.</summary>
    public McpServer ForRequest(ITransport transport, IServiceProvider scope) => McpServer.Create(transport, _single.Value, loggers, scope);

    /// <summary>For many.</summary>
    public McpServer ForSession(ITransport transport) => McpServer.Create(transport, _lasting.Value, loggers, services);
}
