using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace MjAspire.Testing;

/// <summary>A service of ours as a process of its own, which can really be killed.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Resident, bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Used so far, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it is healthy.</summary>
    /// <param name="service">The service's own assembly.</param>
    /// <param name="settings">Configuration, <c>ConnectionStrings:jobs</c> and so on.</param>
    /// <exception cref="InvalidOperationException">It ended before it was healthy.</exception>
    public static async Task<ServiceProcess> StartAsync(Assembly service, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
            [service.Location, $"--urls={address}", "--Logging:LogLevel:Default=None", .. settings.Select(setting => $"--{setting.Key}={setting.Value}")])
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
                return process.HasExited ? throw new InvalidOperationException($"{service.GetName().Name} ended with {process.ExitCode}.", error) : false;
            }
        }, $"{service.GetName().Name} to be healthy");
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
