using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// <c>/alive</c>: the process turns over. <c>/health</c>: it can do its work, dependencies included.
/// Both in every environment, because an orchestrator asks in every environment; neither tells a stranger more than a word.
/// </summary>
public static class Health
{
    internal const string Live = "live";

    internal static void AddHealth(this WebApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);

    internal static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health").AllowAnonymous().DisableHttpMetrics();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live) }).AllowAnonymous().DisableHttpMetrics();
    }
}
