using System.Diagnostics;
using System.Reflection;

namespace Aspire.Hosting.Tests;

/// <summary>Nothing outlives the host, however it ends: here it is a real process of its own.</summary>
public sealed class HostDeathTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task Children_and_their_children_end_with_the_host(string signal)
    {
        using var folder = new Folder();
        using var host = Start(folder);
        var processes = await DescendantsAsync(host, atLeast: 5); // family and its sleep, stubborn and its sleep, web

        await EndAsync(host, signal);

        await UntilAsync(() => !processes.Any(IsAlive), "every child to be gone");
    }

    [Fact]
    public async Task RabbitMQ_leaves_no_port_mapper_behind_when_the_host_is_killed()
    {
        using var folder = new Folder();
        var script = Path.Combine(Metadata("AppHostProjectPath"), "..", "..", "eng", "servers", "rabbitmq");
        using var host = Start(folder, $"--rabbitmq={Path.GetFullPath(script)}");
        await UntilAsync(() => Names(host).ToHashSet(StringComparer.Ordinal).IsSupersetOf(["epmd", "beam.smp"]), "RabbitMQ to run");
        var processes = Descendants(host.Id).ToList();

        await EndAsync(host, "KILL");

        await UntilAsync(() => !processes.Any(IsAlive), "RabbitMQ and its port mapper to be gone");
    }

    private static Process Start(Folder folder, params string[] args) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(Projects.SampleAppHost).Assembly.Location, folder.StateArgument, "--DcpPublisher:RandomizePorts=true", .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;

    private static async Task EndAsync(Process host, string signal)
    {
        Process.Start("kill", [$"-{signal}", $"{host.Id}"]).Dispose();
        await host.WaitForExitAsync().WaitAsync(Patience);
    }

    private static async Task<IReadOnlyList<int>> DescendantsAsync(Process host, int atLeast)
    {
        IReadOnlyList<int> found = [];
        await UntilAsync(() => (found = [.. Descendants(host.Id).Where(IsNoWatchdog)]).Count >= atLeast, "the children to start");
        return [.. Descendants(host.Id)];
    }

    private static IEnumerable<string> Names(Process host) => Descendants(host.Id).Select(process => Stat(process)?.Name ?? "");

    private static bool IsNoWatchdog(int process) => !CommandLine(process).Contains("declare -A groups", StringComparison.Ordinal);

    private static IEnumerable<int> Descendants(int process)
    {
        var parents = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!)).Select(id => (Id: id, Stat: Stat(id))).Where(entry => entry.Stat is not null)
            .ToLookup(entry => entry.Stat!.Value.Parent, entry => entry.Id);
        return Below(process);

        IEnumerable<int> Below(int parent) => parents[parent].SelectMany(child => Below(child).Prepend(child));
    }

    /// <summary><c>1234 (name with spaces) S 1 ...</c>: the state and the parent follow the last bracket.</summary>
    private static (string Name, char State, int Parent)? Stat(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var end = stat.LastIndexOf(')');
            var rest = stat[(end + 2)..].Split(' ');
            return (stat[(stat.IndexOf('(') + 1)..end], rest[0][0], int.Parse(rest[1]));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static bool IsAlive(int process) => Stat(process) is { State: not 'Z' };

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"Waited in vain for {what}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static string Metadata(string key) => typeof(Projects.SampleAppHost).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
