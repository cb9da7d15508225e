using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MjAspire.Testing;

namespace MjAspire.ImageStore.Tests.Blobs;

/// <summary>A real server of someone else's object storage, from npm (eng/tools), on a port and in a folder of its own. Ends with the tests, however they end.</summary>
internal sealed class ObjectServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private ObjectServer(Process process, DirectoryInfo folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <summary>Azure Blob Storage, with the account every emulator has.</summary>
    public static Task<ObjectServer> StartAzuriteAsync() => StartAsync("azurite/dist/src/blob/main.js", (folder, port) =>
        ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", folder, "--blobPort", $"{port}"]);

    public static Task<ObjectServer> StartS3Async() => StartAsync("s3rver/bin/s3rver.js", (folder, port) =>
        ["--silent", "--no-vhost-buckets", "--directory", folder, "--address", "127.0.0.1", "--port", $"{port}"]);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<ObjectServer> StartAsync(string script, Func<string, int, string[]> arguments)
    {
        var path = Path.Combine(Checkout.Root, ".mj", "tools", "node_modules", script);
        Assert.True(File.Exists(path), $"{script} is not installed. Run eng/setup.");
        var folder = Directory.CreateTempSubdirectory("mjaspire-objects-");
        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "node", path, .. arguments(folder.FullName, port)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = new StringBuilder();
        process.OutputDataReceived += (_, line) => said.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ObjectServer(process, folder, port);
        await Eventually.TrueAsync(
            () => process.HasExited ? throw new InvalidOperationException($"{script} ended:\n{said}") : AnswersAsync(port), () => $"{script} to listen:\n{said}");
        return server;
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
