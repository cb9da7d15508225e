using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using MjAspire.McpGateway.Keys;
using MjAspire.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace MjAspire.McpGateway.Rest;

/// <summary>
/// Exchanges who the caller says it is for who it was found to be. Whatever of our internal headers came from outside is a forgery and goes;
/// credentials go no further than this.
/// </summary>
internal sealed class InternalTransformer(IOptions<InternalOptions> secret) : HttpTransformer
{
    private static readonly string[] Withheld =
        [InternalHeaders.Key, InternalHeaders.Owner, HeaderNames.Authorization, Presented.AlternativeHeader, HeaderNames.Cookie];

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        proxyRequest.Headers.Host = null; // the service's own name
        foreach (var header in Withheld)
            proxyRequest.Headers.Remove(header);

        if (httpContext.User.Identity is { IsAuthenticated: true })
        {
            proxyRequest.Headers.Add(InternalHeaders.Key, secret.Value.Key);
            proxyRequest.Headers.Add(InternalHeaders.Owner, httpContext.User.OwnerId().ToString());
        }
    }
}
