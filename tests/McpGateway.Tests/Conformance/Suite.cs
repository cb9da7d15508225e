using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests.Conformance;

/// <summary>The programs eng/setup takes from npm, on the Node.js it takes from there too.</summary>
internal static class Suite
{
    private static readonly string Tools = Path.Combine(Checkout.Root, ".mj", "tools", "node_modules");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Runs a script with Node.js 22 and returns what it said.</summary>
    /// <param name="heard">Told of each line it says.</param>
    public static async Task<(int Code, string Output)> RunNodeAsync(string script, IEnumerable<string> arguments, Func<string, Task>? heard = null)
    {
        var node = Path.Combine(Tools, "node", "bin", "node");
        Assert.True(File.Exists(node), "The test tools are not installed; run eng/setup.");
        var start = new ProcessStartInfo(node, [script.StartsWith('/') ? script : Path.Combine(Tools, script), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Checkout.Root,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = new StringBuilder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await Task.WhenAll(ListenAsync(process.StandardOutput), ListenAsync(process.StandardError));
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        return (process.ExitCode, output.ToString());

        async Task ListenAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(patience.Token) is { } line)
            {
                lock (output)
                    output.AppendLine(line);
                if (heard is not null)
                    await heard(line);
            }
        }
    }

    /// <summary>Every check of a run: scenario, check, status and, if it failed, why.</summary>
    public static IReadOnlyList<Check> Read(string directory) =>
    [
        .. from file in Directory.EnumerateFiles(directory, "checks.json", SearchOption.AllDirectories)
           from check in JsonNode.Parse(File.ReadAllText(file))!.AsArray()
           select new Check(Path.GetFileName(Path.GetDirectoryName(file))!, (string)check!["id"]!, (string)check["status"]!, (string?)check["errorMessage"]),
    ];
}

internal sealed record Check(string Scenario, string Id, string Status, string? Reason);
