using System.Diagnostics;
using System.Text;
using MjAspire.Testing;

namespace MjAspire.AppHost.Tests;

/// <summary>
/// The AppHost as a process of its own, as <c>dotnet run</c> starts it, with ports and data of its own. Everything it starts inherits a mark in its
/// environment, so that it is found again whoever its parent is by then.
/// </summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private const string Mark = "MJ_TEST_RUN";

    /// <summary>The tests are built as the AppHost is: both in <c>bin/Debug/net10.0</c>, say.</summary>
    private static readonly DirectoryInfo Output = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private readonly string _run = Guid.CreateVersion7().ToString("N");
    private readonly string _state = Directory.CreateTempSubdirectory("mjaspire-host-").FullName;
    private readonly Process _host;
    private readonly StringBuilder _said = new();

    private RunningHost()
    {
        // Who runs the tests may ignore Ctrl-C, a shell's background say, and what it starts would inherit that.
        string[] command =
        [
            "--default-signal=INT", Path.Combine(Checkout.Root, "AppHost", "bin", Output.Parent!.Name, Output.Name, "AppHost"),
            "--Infrastructure:Mode=Processes", $"--State:Directory={_state}", "--DcpPublisher:RandomizePorts=true", "--Sandbox:Size=256",
        ];
        var start = new ProcessStartInfo("env", command)
        {
            WorkingDirectory = Path.Combine(Checkout.Root, "AppHost"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                [Mark] = _run,
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = "http://localhost:0",
                ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
                ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:0",
            },
        };
        _host = Process.Start(start)!;
        _host.OutputDataReceived += Remember;
        _host.ErrorDataReceived += Remember;
        _host.BeginOutputReadLine();
        _host.BeginErrorReadLine();
    }

    /// <summary>The AppHost itself.</summary>
    public int Id => _host.Id;

    /// <summary>What it has written so far: a failure is understood from there.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Starts it and waits until everything is healthy.</summary>
    public static async Task<RunningHost> StartAsync()
    {
        var host = new RunningHost();
        try
        {
            await Eventually.TrueAsync(
                () => !host._host.HasExited && File.Exists(Path.Combine(host._state, "run.json")), $"the application to be healthy; it says\n{host.Said}", TimeSpan.FromMinutes(3));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything of this run that is alive: process id and command line. <c>/proc/{pid}/environ</c> holds the environment it was started with.</summary>
    public IReadOnlyDictionary<int, string> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
        .Where(id => id != 0 && Read(id, "environ").Contains($"{Mark}={_run}", StringComparison.Ordinal))
        .Select(id => (Id: id, Command: Read(id, "cmdline").Replace('\0', ' ').Trim()))
        .Where(process => process.Command.Length > 0) // a zombie has none
        .ToDictionary(process => process.Id, process => process.Command);

    /// <summary>Those whose command line holds this.</summary>
    public int[] Of(string command) => [.. Processes().Where(process => process.Value.Contains(command, StringComparison.Ordinal)).Select(process => process.Key).Order()];

    public static void Signal(string signal, params IReadOnlyCollection<int> processes)
    {
        if (processes.Count == 0)
            return;
        using var kill = Process.Start("kill", [$"-{signal}", .. processes.Select(id => $"{id}")]);
        kill.WaitForExit();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _host.WaitForExitAsync().WaitAsync(Eventually.Patience);
        return _host.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Signal("KILL", [.. Processes().Keys]);
        await _host.WaitForExitAsync();
        _host.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    private void Remember(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
            _said.AppendLine(line.Data);
    }

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has just ended, or is somebody else's
        }
    }
}
