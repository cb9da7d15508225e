using System.Text.Json.Nodes;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What Properties/launchSettings.json says about running a project: its first profile.</summary>
/// <remarks><code>{"profiles":{"http":{"commandName":"Project","applicationUrl":"http://localhost:8082","environmentVariables":{"ASPNETCORE_ENVIRONMENT":"Development"}}}}</code></remarks>
internal sealed record LaunchProfile(string Name, IReadOnlyList<Uri> Urls, IReadOnlyDictionary<string, string> Variables)
{
    public static LaunchProfile Of(string projectPath)
    {
        var file = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(file))
            return new("", [], new Dictionary<string, string>(StringComparer.Ordinal));

        var (name, profile) = JsonNode.Parse(File.ReadAllText(file))!["profiles"]!.AsObject().First();
        var urls = profile!["applicationUrl"]?.GetValue<string>().Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var variables = profile["environmentVariables"]?.AsObject() ?? [];
        return new(name, [.. urls.Select(url => new Uri(url))],
            variables.ToDictionary(variable => variable.Key, variable => variable.Value!.GetValue<string>(), StringComparer.Ordinal));
    }
}
