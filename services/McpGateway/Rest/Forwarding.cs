using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.ServiceDiscovery.Http;
using MjAspire.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace MjAspire.McpGateway.Rest;

/// <summary>
/// Hands a request on to the service that owns the route. The caller's API key stays here: the service gets the internal key and the owner.
/// </summary>
internal sealed partial class Forwarding(
    IHttpForwarder forwarder, IServiceDiscoveryHttpMessageHandlerFactory discovery, InternalTransformer transformer,
    GatewayMetrics metrics, ILogger<Forwarding> logger)
    : IDisposable
{
    private static readonly ForwarderRequestConfig Limits = new() { ActivityTimeout = TimeSpan.FromSeconds(15) };

    private readonly HttpMessageInvoker _upstream = new(discovery.CreateHandler(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(3),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    }));

    public RequestDelegate To(string service)
    {
        var address = $"https+http://{service}";
        return async context =>
        {
            var error = await forwarder.SendAsync(context, address, _upstream, Limits, transformer);
            if (error is not ForwarderError.None && !context.RequestAborted.IsCancellationRequested)
                await RefuseAsync(context, service, error);
        };
    }

    public void Dispose() => _upstream.Dispose();

    private async Task RefuseAsync(HttpContext context, string service, ForwarderError error)
    {
        var cause = Innermost(context.GetForwarderErrorFeature()?.Exception);
        if (cause is not BadHttpRequestException)
        {
            metrics.UpstreamFailed(service, error.ToString());
            Log.Failed(logger, service, error, cause?.Message);
        }

        if (!context.Response.HasStarted) // otherwise the client sees a body that ends too early
            await Describe(context, error, cause).ExecuteAsync(context);
    }

    private static ProblemHttpResult Describe(HttpContext context, ForwarderError error, Exception? cause)
    {
        if (cause is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, "E_TOO_LARGE", $"A body may have {RestRoutes.MaxBody} bytes here.");
        if (cause is BadHttpRequestException bad)
            return Problems.Of(bad.StatusCode, "E_SERIALIZATION_ERROR", bad.Message);

        context.Response.Headers.RetryAfter = "2";
        return Problems.Of(
            StatusCodes.Status503ServiceUnavailable,
            error is ForwarderError.RequestTimedOut ? "E_TIMEOUT" : "E_NETWORK_ERROR",
            "The service behind this address did not answer. Try again in a moment.");
    }

    /// <summary>The forwarder reports both ends of a broken copy; the client's end comes first.</summary>
    private static Exception? Innermost(Exception? exception) =>
        (exception is AggregateException both ? both.InnerExceptions[0] : exception)?.GetBaseException();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Forwarding to {Service} failed: {Error}, {Reason}")]
        public static partial void Failed(ILogger logger, string service, ForwarderError error, string? reason);
    }
}
