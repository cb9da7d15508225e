using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Configuring;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Rest;

/// <summary>The front page: what this is, how to connect, and how the system does; a page for browsers, text for everything else.</summary>
internal static class Discovery
{
    private static readonly string Page = Read("Discovery.html");
    private static readonly string Text = Read("Discovery.txt");

    public static WebApplicationBuilder AddDiscovery(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(SystemState.Client).ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(2))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
            .AddServiceDiscovery();
        builder.Services.AddSingleton<SystemState>();
        return builder;
    }

    public static WebApplication MapDiscovery(this WebApplication app)
    {
        app.MapGet("/", ShowAsync).AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static async Task<IResult> ShowAsync(
        HttpRequest request, IConfiguration configuration, SystemState system, RuntimeSettings runtime, IOptions<McpServerOptions> mcp,
        CancellationToken cancellationToken)
    {
        var url = (configuration["Images:PublicUrl"] ?? $"{request.Scheme}://{request.Host}").TrimEnd('/');
        var parts = await system.GetAsync(cancellationToken);
        var notice = (await runtime.GetAsync(cancellationToken)).Notice;
        var tools = (mcp.Value.ToolCollection ?? []).Select(tool => tool.ProtocolTool.Name).Order(StringComparer.Ordinal);

        var browser = request.GetTypedHeaders().Accept
            .Any(type => type.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase));
        return browser
            ? Results.Content(Fill(Page, Html(url), Html(notice is null ? "" : notice), Tools(tools), States(parts)), MediaTypeNames.Text.Html, Encoding.UTF8)
            : Results.Content(
                Fill(Text, url, notice is null ? "" : $"\n{notice}\n", string.Join(", ", tools), string.Join('\n', parts.Select(part => $"  {part.Name,-16} {part.State}"))),
                MediaTypeNames.Text.Plain, Encoding.UTF8);
    }

    private static string Tools(IEnumerable<string> tools) => string.Join(' ', tools.Select(tool => $"<code>{Html(tool)}</code>"));

    private static string States(IEnumerable<PartState> parts) =>
        string.Join('\n', parts.Select(part => $"<li class=\"{part.State}\">{Html(part.Name)} <b>{part.State}</b></li>"));

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);

    /// <summary>The notice last: it is a person's text and may hold braces.</summary>
    private static string Fill(string template, string url, string notice, string tools, string state) => template
        .Replace("{url}", url, StringComparison.Ordinal)
        .Replace("{tools}", tools, StringComparison.Ordinal)
        .Replace("{state}", state, StringComparison.Ordinal)
        .Replace("{notice}", notice, StringComparison.Ordinal);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Discovery).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
