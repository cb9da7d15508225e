using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Configuring;

/// <summary><c>/config</c>, for administrators, and <c>/version</c>, for every owner.</summary>
internal static class ConfigRoutes
{
    public static WebApplicationBuilder AddConfiguring(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SettingsTable>().AddSingleton<RuntimeSettings>();
        return builder;
    }

    public static WebApplication MapConfig(this WebApplication app)
    {
        var config = app.MapGroup("/config").RequireScope(Scopes.Admin).LimitAs(RouteClass.Admin);
        config.MapGet("", ReadAsync).Describe("The settings that can be changed while the system runs");
        config.MapPut("", ChangeAsync).Describe("Changes them", "E_CONFIG", "E_CONFIG_CONFLICT", "E_SERIALIZATION_ERROR");
        app.MapGet("/version", VersionAsync).RequireScope(Scopes.Read, Scopes.Generate)
            .Describe("The model's version for the caller's pictures");
        app.MapPut("/version", ChooseVersionAsync).RequireScope(Scopes.Generate)
            .Describe("Chooses it", "E_UNKNOWN_VERSION", "E_SERIALIZATION_ERROR");
        return app;
    }

    private static async Task<Ok<ConfigView>> ReadAsync(SettingsTable table, RateLimits limits, CancellationToken cancellationToken)
    {
        var stored = await table.ReadAsync(cancellationToken);
        var effective = new Dictionary<string, Limit>(StringComparer.Ordinal);
        foreach (var limited in Enum.GetValues<RouteClass>())
            effective[RouteClasses.NameOf(limited)] = await limits.LimitAsync(limited, cancellationToken);

        return TypedResults.Ok(new ConfigView(stored?.Revision ?? 0, stored?.Settings ?? new(), effective, stored?.UpdatedAt, stored?.UpdatedBy));
    }

    private static async Task<Results<Ok<ConfigView>, ProblemHttpResult>> ChangeAsync(
        ConfigChange request, ClaimsPrincipal caller, SettingsTable table, RuntimeSettings runtime, RateLimits limits, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (request.Settings is not { } settings)
            return Problems.Of(400, "E_CONFIG", "settings is missing.");
        if (settings.Problem() is { } problem)
            return Problems.Of(400, "E_CONFIG", problem);
        if (await table.WriteAsync(settings, request.Revision, caller.Identity!.Name!, time.GetUtcNow(), cancellationToken) is null)
            return Problems.Of(409, "E_CONFIG_CONFLICT", "The settings have been changed since that revision. Read them again.");

        runtime.Take(settings);
        return await ReadAsync(table, limits, cancellationToken);
    }

    private static async Task<Ok<VersionView>> VersionAsync(
        ClaimsPrincipal caller, SettingsTable table, RuntimeSettings runtime, CancellationToken cancellationToken) =>
        TypedResults.Ok(new VersionView(await CurrentVersionAsync(caller.OwnerId(), table, runtime, cancellationToken), ModelVersions.All));

    private static async Task<Results<Ok<VersionView>, ProblemHttpResult>> ChooseVersionAsync(
        VersionChoice request, ClaimsPrincipal caller, SettingsTable table, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Version is not { } version || !ModelVersions.All.Contains(version, StringComparer.Ordinal))
            return Problems.Of(400, "E_UNKNOWN_VERSION", $"There is no such version. Known: {string.Join(", ", ModelVersions.All)}.");

        await table.ChooseVersionAsync(caller.OwnerId(), version, time.GetUtcNow(), cancellationToken);
        return TypedResults.Ok(new VersionView(version, ModelVersions.All));
    }

    /// <summary>The owner's choice, or else the administrator's, or else the provider's.</summary>
    public static async Task<string> CurrentVersionAsync(
        Guid owner, SettingsTable table, RuntimeSettings runtime, CancellationToken cancellationToken) =>
        await table.VersionOfAsync(owner, cancellationToken)
        ?? (await runtime.GetAsync(cancellationToken)).Version
        ?? ModelVersions.Default;
}

/// <summary>The settings, and what follows from them.</summary>
/// <param name="Revision">Counts the changes; 0 before the first.</param>
/// <param name="EffectiveLimits">What holds now for each class, from the settings or else from the configuration.</param>
/// <param name="UpdatedBy">The name of the key that changed them last.</param>
internal sealed record ConfigView(
    long Revision, Settings Settings, IReadOnlyDictionary<string, Limit> EffectiveLimits, DateTimeOffset? UpdatedAt, string? UpdatedBy);

/// <summary>The body of <c>PUT /config</c>.</summary>
/// <param name="Settings">All of them: what is absent goes back to the configuration.</param>
/// <param name="Revision">The one that was read; when it is not the newest any more, nothing is changed. May be left out.</param>
internal sealed record ConfigChange(Settings? Settings, long? Revision);

/// <param name="Version">One of <paramref name="Available"/>.</param>
internal sealed record VersionView(string Version, IReadOnlyList<string> Available);

/// <summary>The body of <c>PUT /version</c>.</summary>
internal sealed record VersionChoice(string? Version);
