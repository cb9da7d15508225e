using Microsoft.Extensions.Configuration.Memory;

namespace MjAspire.WebhookIngress.Listening;

/// <summary>
/// The plain names many hosts and people set, beside the framework's own:
/// <c>HOST</c> and <c>PORT</c>, where to listen; <c>LOG_LEVEL</c>, how much to say. The framework's, when set, have the last word.
/// </summary>
internal static class Surroundings
{
    private const string AnyHost = "0.0.0.0";
    private const int DefaultPort = 8000;

    public static void AddSurroundings(this WebApplicationBuilder builder)
    {
        // Below every other source, so that any setting of the framework's own wins.
        if (builder.Configuration["LOG_LEVEL"] is { Length: > 0 } level)
            builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new("Logging:LogLevel:Default", $"{LevelOf(level)}")] });

        // ASPNETCORE_URLS and --urls are somebody's wish; ASPNETCORE_HTTP_PORTS is not, for every container image of .NET sets it.
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is null && UrlOf(builder.Configuration["HOST"], builder.Configuration["PORT"]) is { } url)
            builder.WebHost.UseUrls(url);
    }

    /// <summary>Null when neither is set.</summary>
    internal static string? UrlOf(string? host, string? port)
    {
        if (string.IsNullOrEmpty(host) && string.IsNullOrEmpty(port))
            return null;
        var number = DefaultPort;
        if (!string.IsNullOrEmpty(port) && !(int.TryParse(port, out number) && number is >= 0 and <= 65535))
            throw new InvalidOperationException($"PORT is '{port}'; it must be a number from 0 to 65535.");
        var name = string.IsNullOrEmpty(host) ? AnyHost : host;
        if (Uri.CheckHostName(name.Trim('[', ']')) is UriHostNameType.Unknown && name != "*")
            throw new InvalidOperationException($"HOST is '{name}'; it must be an address, a name, or * for all.");
        return name.Contains(':') && !name.StartsWith('[') ? $"http://[{name}]:{number}" : $"http://{name}:{number}";
    }

    /// <summary>The framework's words, and those of other worlds.</summary>
    internal static LogLevel LevelOf(string text) => text.Trim().ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" or "information" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" or "critical" => LogLevel.Critical,
        "off" or "none" => LogLevel.None,
        _ => throw new InvalidOperationException($"LOG_LEVEL is '{text}'; it must be one of trace, debug, info, warning, error, critical, none."),
    };
}
