using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;

namespace MjAspire.McpGateway.Rest;

/// <summary>The front page: what this is and how to connect, as a page for browsers and as text for everything else.</summary>
internal static class Discovery
{
    private static readonly string Page = Read("Discovery.html");
    private static readonly string Text = Read("Discovery.txt");

    public static WebApplication MapDiscovery(this WebApplication app)
    {
        app.MapGet("/", Show).AllowAnonymous();
        return app;
    }

    private static IResult Show(HttpRequest request, IConfiguration configuration)
    {
        var url = (configuration["Images:PublicUrl"] ?? $"{request.Scheme}://{request.Host}").TrimEnd('/');
        var browser = request.GetTypedHeaders().Accept
            .Any(type => type.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase));
        return browser
            ? Results.Content(Fill(Page, HtmlEncoder.Default.Encode(url)), MediaTypeNames.Text.Html, Encoding.UTF8)
            : Results.Content(Fill(Text, url), MediaTypeNames.Text.Plain, Encoding.UTF8);
    }

    private static string Fill(string template, string url) => template.Replace("{url}", url, StringComparison.Ordinal);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Discovery).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
