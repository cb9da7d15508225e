namespace MjAspire.AppHost.Dashboard;

/// <summary>What the dashboard's table links to: the pages a person opens. Plain addresses stand in a resource's details.</summary>
internal static class Links
{
    /// <summary>The front page, the API's pages, and where MCP clients connect.</summary>
    public static IResourceBuilder<ProjectResource> WithGatewayLinks(this IResourceBuilder<ProjectResource> gateway) => gateway
        .WithUrlForEndpoint("http", url => url.DisplayText = "Front page")
        .WithUrlForEndpoint("http", endpoint => new() { Url = "/docs", DisplayText = "API pages", Endpoint = endpoint })
        .WithUrlForEndpoint("http", endpoint => new() { Url = "/mcp", DisplayText = "MCP", Endpoint = endpoint });

    /// <summary>The ingress' health, with response times.</summary>
    public static IResourceBuilder<ProjectResource> WithIngressLinks(this IResourceBuilder<ProjectResource> ingress) => ingress
        .WithUrlForEndpoint("http", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
        .WithUrlForEndpoint("http", endpoint => new() { Url = "/status", DisplayText = "Status", Endpoint = endpoint });

    /// <summary>A service that no person opens.</summary>
    public static IResourceBuilder<ProjectResource> WithDetailsOnly(this IResourceBuilder<ProjectResource> service) =>
        service.WithUrls(context => context.Urls.ForEach(url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly));
}
