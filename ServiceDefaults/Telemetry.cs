using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MjAspire.ServiceDefaults.Outbound;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// Traces, metrics and logs over OTLP, as Aspire's template has them, when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. Without it nothing
/// is registered: what nobody reads is not recorded either.
/// </summary>
public static class Telemetry
{
    /// <summary>Every activity source and meter of ours begins with this.</summary>
    public const string Prefix = "MjAspire.";

    /// <summary>Activity sources and meters that no instrumentation package brings.</summary>
    private static readonly string[] Names = ["MassTransit", "Experimental.ModelContextProtocol", Prefix + "*"];

    /// <summary>Whether anything is exported: clients that would register telemetry of their own ask it too.</summary>
    internal static bool ExportsTelemetry(this WebApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    internal static void ConfigureOpenTelemetry(this WebApplicationBuilder builder)
    {
        if (!builder.ExportsTelemetry())
            return;

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(Names))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(http =>
                {
                    http.Filter = context => !Health.IsProbe(context.Request.Path);
                    http.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null); // a link's signature stands in it
                })
                .AddHttpClientInstrumentation(http => http.EnrichWithHttpRequestMessage = (span, request) =>
                {
                    if (GuardHandler.IsGuarded(request)) // a webhook's address is a secret from its path on
                        span.SetTag("url.full", request.RequestUri!.GetLeftPart(UriPartial.Authority));
                })
                .AddSource(Names))
            .UseOtlpExporter();
    }

    /// <summary>
    /// Names the server's span by its route, <c>GET /api/jobs/{id}</c>, as soon as that is known: the instrumentation does it at the end of a
    /// request, and for what is exported only.
    /// </summary>
    internal static void UseRouteNames(this WebApplication app) => app.Use((context, next) =>
    {
        if (Activity.Current is { } span && span.Source.HasListeners() && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
            span.DisplayName = $"{context.Request.Method} {route}";
        return next(context);
    });
}
