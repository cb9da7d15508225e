using System.Text.Json;

namespace MjAspire.McpGateway.Stdio;

/// <summary>Where the gateway is and with which key: as said on the command line, else as the running application says in <c>.mj/run.json</c>.</summary>
internal sealed record StdioOptions(Uri Endpoint, string? Key)
{
    private const string RunFile = ".mj/run.json";

    public static bool IsWanted(string[] args) => args.Contains("--stdio", StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">Nothing says where the gateway is.</exception>
    public static StdioOptions Read(string[] args)
    {
        var configuration = new ConfigurationBuilder()
            .AddCommandLine([.. args.Where(arg => arg != "--stdio")])
            .Build();
        var run = configuration["url"] is null ? FindRunFile() : null;
        var url = configuration["url"] ?? run?.Gateway
            ?? throw new InvalidOperationException(
                $"No gateway is known: start the application (it writes {RunFile}), or give --url http://host:port and --key mjk_...");
        var key = configuration["key"] ?? Environment.GetEnvironmentVariable("MJASPIRE_API_KEY") ?? run?.ApiKey;
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new(address.AbsolutePath.Length > 1 ? address : new Uri(address, "/mcp"), key)
            : throw new InvalidOperationException($"'{url}' is not an http or https address.");
    }

    /// <summary>From here upwards: clients start us in folders of their choosing, and the source is not far from where we are built.</summary>
    private static Run? FindRunFile()
    {
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (var directory = start; directory is not null; directory = Path.GetDirectoryName(directory))
            {
                var path = Path.Combine(directory, RunFile);
                if (File.Exists(path))
                    return JsonSerializer.Deserialize<Run>(File.ReadAllText(path), JsonSerializerOptions.Web);
            }
        }
        return null;
    }

    private sealed record Run(string? Gateway, string? ApiKey);
}
