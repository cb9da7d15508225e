namespace MjAspire.McpGateway.Mcp;

/// <summary>Section <c>Mcp</c> of the configuration.</summary>
internal sealed class McpSettings
{
    /// <summary>Host names, without port, that <c>/mcp</c> answers to, besides this machine's and that of <c>Images:PublicUrl</c>.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins, <c>https://host[:port]</c>, of web pages that may call <c>/mcp</c>, besides those same two.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Bytes. Prompts end at 8,192 characters and pictures come as links: a megabyte is plenty.</summary>
    public long MaxBodyBytes { get; init; } = 1 << 20;

    /// <summary>How long a client may keep lists of tools.</summary>
    public TimeSpan ListsTimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Sessions of old clients one replica keeps; who comes later is served without.</summary>
    public int MostSessions { get; init; } = 500;

    /// <summary>The same for each owner, so that one cannot take them all.</summary>
    public int MostSessionsPerOwner { get; init; } = 100;

    /// <summary>A session that is silent so long, with no stream open, is given up; looked for every five seconds.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromMinutes(10);
}
