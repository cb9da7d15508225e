using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// <c>/alive</c>: the process turns over. <c>/health</c>: it can do its work, dependencies included.
/// Both in every environment, because an orchestrator asks in every environment; neither tells a stranger more than a word.
/// </summary>
public static class Health
{
    private const string Live = "live", HealthPath = "/health", AlivePath = "/alive";

    internal static void AddDefaultHealthChecks(this WebApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);

    internal static void MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthPath).AllowAnonymous().DisableHttpMetrics();
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live) }).AllowAnonymous().DisableHttpMetrics();
    }

    /// <summary>Asked for every few seconds by whoever watches: not worth a trace.</summary>
    internal static bool IsProbe(PathString path) => path == HealthPath || path == AlivePath;
}
