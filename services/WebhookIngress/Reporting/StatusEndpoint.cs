using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MjAspire.WebhookIngress.Reporting;

/// <summary>
/// <c>GET /status</c>:
/// <code>
/// {"status":"healthy","version":"1.0.0","uptime_seconds":12.3,
///  "checks":[{"name":"cache","status":"healthy","response_time_ms":0.02}],
///  "recent_response_times_ms":{"count":1024,"p50":1.2,"p95":3.1,"p99":6.0,"longest":20.4}}
/// </code>
/// </summary>
internal sealed record Report(
    [property: JsonPropertyName("status")] string State, string Version, double UptimeSeconds, IReadOnlyList<Check> Checks, Percentiles RecentResponseTimesMs);

internal sealed record Check(string Name, string Status, double ResponseTimeMs);

internal static class StatusEndpoint
{
    private static readonly string Version =
        typeof(StatusEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void AddReporting(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Checkup>();
        builder.Services.AddSingleton<RecentTimes>();
        builder.Services.AddSingleton<IngressMetrics>();
    }

    public static void MapStatus(this WebApplication app)
    {
        var started = Stopwatch.GetTimestamp();
        app.MapGet("/status", (Checkup checkup, RecentTimes recent) => Show(started, checkup, recent));
    }

    private static async Task<JsonHttpResult<Report>> Show(long started, Checkup checkup, RecentTimes recent)
    {
        var report = await checkup.GetAsync();
        var checks = report.Entries.Select(entry => new Check(entry.Key, Word(entry.Value.Status), Math.Round(entry.Value.Duration.TotalMilliseconds, 3)));
        var status = new Report(Word(report.Status), Version, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1), [.. checks], recent.Read());
        return TypedResults.Json(status, statusCode: report.Status == HealthStatus.Unhealthy ? 503 : 200);
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
