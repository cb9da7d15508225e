using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace MjAspire.McpGateway.Tests.Conformance;

/// <summary>The suite sends no API key; this puts one on each of its requests and leaves the rest, Host included, as it is.</summary>
public sealed class OpenGateway : IAsyncLifetime
{
    private readonly HttpMessageInvoker _upstream = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private WebApplication? _app;
    private string _gateway = "";

    internal string Through(Gateway gateway)
    {
        _gateway = gateway.Address.ToString();
        var address = _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return $"{address}/mcp";
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        _app = builder.Build();
        var forwarder = _app.Services.GetRequiredService<IHttpForwarder>();
        _app.Map("/{**path}", async (HttpContext context) => { await forwarder.SendAsync(context, _gateway, _upstream, new(), new WithKey()); });
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _upstream.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private sealed class WithKey : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = httpContext.Request.Host.Value;
            proxyRequest.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Gateway.AdminKey);
        }
    }
}
