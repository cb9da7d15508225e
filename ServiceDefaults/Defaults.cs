using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace MjAspire.ServiceDefaults;

/// <summary>What every service has before it has anything of its own.</summary>
public static class Defaults
{
    /// <summary>Five lines a request say nothing that its span does not. Below every other source, so that any setting wins.</summary>
    private static readonly Dictionary<string, string?> QuietFramework = new(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",
        ["Logging:LogLevel:ModelContextProtocol"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:LogLevel:StackExchange.Redis"] = "Warning",
    };

    /// <summary>Adds telemetry, health, discovery, problem details, snake_case JSON, the internal key and the clock.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietFramework });
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.AddInternalKey();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServiceDiscovery();
        builder.Services.AddProblems();
        builder.Services.ConfigureHttpJsonOptions(json => UseWireFormat(json.SerializerOptions));

        // A killed host loses nothing, so a stopping one need not wait long.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        return builder;
    }

    /// <summary>Exceptions become problem details, internal endpoints are guarded, <c>/health</c> and <c>/alive</c> answer.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseRouteNames();
        app.UseInternalKey();
        app.MapDefaultEndpoints();
        return app;
    }

    /// <summary>The JSON of every HTTP interface: snake_case, nulls left out of nothing, unknown members allowed.</summary>
    public static JsonSerializerOptions UseWireFormat(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.DictionaryKeyPolicy = null;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        return json;
    }
}
