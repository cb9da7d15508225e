using System.Diagnostics;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Verifying;

/// <summary>A receiver written in JavaScript, with the library an author would take.</summary>
internal sealed class NpmReceiver : IDisposable
{
    private static readonly string Tools = Path.Combine(Checkout.Root, ".mj", "tools");

    private readonly Process _process;

    private NpmReceiver(Process process, int port) => (_process, Url) = (process, $"http://127.0.0.1:{port}/hook");

    public string Url { get; }

    public static bool IsInstalled(string library) => Directory.Exists(Path.Combine(Tools, "node_modules", library));

    public static async Task<NpmReceiver> StartAsync(string library, string secret)
    {
        var script = Path.Combine(Checkout.Root, "tests", "DeliveryWorker.Tests", "Verifying", "receiver.mjs");
        var process = Process.Start(new ProcessStartInfo("node", [script, Tools, library, secret])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var port = await process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience);
        return new(process, int.Parse(port!));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
