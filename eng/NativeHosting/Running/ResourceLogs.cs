using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>What the processes print: to the terminal, each line after its resource's name, and to a file a resource.</summary>
internal sealed class ResourceLogs(StateDirectory state, DistributedApplicationModel model, RunnerOptions options) : IDisposable
{
    private static readonly string[] Colours = ["36", "32", "35", "33", "34", "96", "92", "95", "93", "94"];
    private readonly ConcurrentDictionary<string, StreamWriter> _files = new(StringComparer.Ordinal);
    private readonly bool _colour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
    private readonly int _width = model.Resources.Max(resource => (int?)resource.Name.Length) ?? 0;

    public void Write(Resource resource, int replica, string line)
    {
        var file = _files.GetOrAdd(resource.Name, name => new(state.File("logs", $"{name}.log"), append: false) { AutoFlush = true });
        lock (file)
            file.WriteLine(line);

        if (options.IsTest || resource.Name == Dashboard.Name)
            return;
        var name = (resource.Replicas > 1 ? $"{resource.Name}/{replica}" : resource.Name).PadRight(_width);
        var colour = Colours[model.All.ToList().IndexOf(resource) % Colours.Length];
        Console.WriteLine(_colour ? $"\e[{colour}m{name} |\e[0m {line}" : $"{name} | {line}");
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Dispose();
    }
}
