using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace MjAspire.WebhookIngress.Redacting;

/// <summary>
/// The path of a callback is a secret. The framework shows paths in three places, and here in none of them:
/// request logs, the scope around every other log line of a request, and the tags of the server's span.
/// </summary>
internal static class Redaction
{
    public static void AddRedaction(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, SilentFramework>();

        // The span's route says enough, /webhook/{provider}/{token}; a path that has no route is not shown at all.
        builder.Services.Configure<AspNetCoreTraceInstrumentationOptions>(http =>
            http.EnrichWithHttpRequest += (span, _) => span.SetTag("url.path", null));
    }

    /// <summary>
    /// A guard on every logging rule rather than a rule of its own: no configuration can talk it round.
    /// <c>Hosting.Diagnostics</c> begins the scope with the path in it, and only when it may log at all.
    /// Routing and the server write paths at Information and Debug.
    /// </summary>
    private sealed class SilentFramework : IPostConfigureOptions<LoggerFilterOptions>
    {
        public void PostConfigure(string? name, LoggerFilterOptions options)
        {
            var guarded = options.Rules
                .Select(rule => new LoggerFilterRule(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                    MayLog(category, level) && (rule.Filter?.Invoke(provider, category, level) ?? true)))
                .ToList();

            options.Rules.Clear();
            // For categories that no rule speaks of.
            options.Rules.Add(new(providerName: null, categoryName: null, options.MinLevel, (_, category, level) => MayLog(category, level)));
            foreach (var rule in guarded)
                options.Rules.Add(rule);
        }

        private static bool MayLog(string? category, LogLevel level) =>
            category is null
            || !category.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || (level >= LogLevel.Warning && category != "Microsoft.AspNetCore.Hosting.Diagnostics");
    }
}
