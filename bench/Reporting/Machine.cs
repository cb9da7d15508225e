using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MjAspire.Bench.Reporting;

/// <summary>What it was measured on.</summary>
internal sealed record Machine(string Processor, int Cores, double MemoryGigabytes, string System, string Runtime, string Commit, string Date)
{
    public static Machine Read() => new(
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ").ElementAtOrDefault(1) ?? "unknown",
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        Git(),
        TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'"));

    public string Describe() => $"{Processor}, {Cores} cores, {MemoryGigabytes:0} GB; {System}; {Runtime}; commit {Commit}; {Date}";

    private static string Git()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Harness.Checkout.Root,
        })!;
        var commit = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return commit;
    }
}
