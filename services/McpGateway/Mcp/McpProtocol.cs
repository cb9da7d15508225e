namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// Revisions and header names of the Model Context Protocol's Streamable HTTP transport. There are two eras: up to 2025-11-25 a client
/// opens with <c>initialize</c>; from 2026-07-28 every request stands alone and says in its headers and <c>_meta</c> what it is.
/// </summary>
internal static class McpProtocol
{
    /// <summary>The first revision without a handshake, and the newest.</summary>
    public const string Stateless = "2026-07-28";

    /// <summary>Those with a handshake.</summary>
    public static readonly string[] Handshaking = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

    public const string VersionHeader = "MCP-Protocol-Version";
    public const string MethodHeader = "Mcp-Method";
    public const string NameHeader = "Mcp-Name";
    public const string SessionHeader = "Mcp-Session-Id";

    /// <summary>Revisions are ISO dates: ordinal order is chronological order.</summary>
    public static bool IsStateless(string? revision) => string.CompareOrdinal(revision, Stateless) >= 0;
}
