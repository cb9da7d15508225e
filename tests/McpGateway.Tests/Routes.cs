using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.McpGateway.Keys;

namespace MjAspire.McpGateway.Tests;

/// <summary>Every route the gateway answers, as the running service knows them: a new one is walked by the tests without being named in them.</summary>
internal sealed record Route(string Method, string Pattern, IReadOnlyList<string>? Scopes, bool IsOpen)
{
    public static IReadOnlyList<Route> All(Gateway gateway) =>
    [
        .. from source in gateway.Services.GetServices<EndpointDataSource>()
           from endpoint in source.Endpoints.OfType<RouteEndpoint>()
           let methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           from method in methods
           select new Route(
               method,
               "/" + endpoint.RoutePattern.RawText!.Trim('/'),
               endpoint.Metadata.OfType<NeedsScope>().LastOrDefault()?.AnyOf,
               endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null),
    ];

    /// <summary>An address of it.</summary>
    public string Path(string id) => System.Text.RegularExpressions.Regex.Replace(
        Pattern, @"\{\*\*\w+\}|\{[^}]+\}", match => match.Value.StartsWith("{**", StringComparison.Ordinal) ? "index.html" : id,
        System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
