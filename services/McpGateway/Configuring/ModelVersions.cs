namespace MjAspire.McpGateway.Configuring;

/// <summary>The versions of Midjourney's model, and how a prompt asks for one: <c>--v 6.1</c>, <c>--niji 6</c>.</summary>
internal static class ModelVersions
{
    /// <summary>Whichever the provider takes when it is not told.</summary>
    public const string Default = "default";

    private const string Niji = "niji ";

    public static readonly string[] All = [Default, "7", "6.1", "6", "5.2", "5.1", "5", "4", "niji 6", "niji 5", "niji 4"];

    /// <summary>The prompt with the version in it, unless it names one itself.</summary>
    public static string? Apply(string? prompt, string version)
    {
        if (prompt is null || version == Default || prompt.Split(' ').Any(word => word is "--v" or "--version" or "--niji"))
            return prompt;
        return version.StartsWith(Niji, StringComparison.Ordinal)
            ? $"{prompt.TrimEnd()} --niji {version[Niji.Length..]}"
            : $"{prompt.TrimEnd()} --v {version}";
    }
}
