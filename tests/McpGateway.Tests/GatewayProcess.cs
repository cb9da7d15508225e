using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>A gateway as a process of its own, which can really be killed.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private GatewayProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>A replica of <paramref name="gateway"/>.</summary>
    public static async Task<GatewayProcess> StartAsync(Gateway gateway)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [typeof(GatewayMetrics).Assembly.Location, $"--urls={address}", "--Logging:LogLevel:Default=None", .. gateway.Settings.Select(setting => $"--{setting.Key}={setting.Value}")])
        {
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
        })!;
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return (await http.GetAsync("/health")).IsSuccessStatusCode;
            }
            catch (HttpRequestException error)
            {
                return process.HasExited ? throw new InvalidOperationException($"The gateway ended with {process.ExitCode}.", error) : false;
            }
        }, "the gateway to be healthy");
        return new(process, address);
    }

    /// <summary>SIGKILL, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
