using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>What to run, where, with which variables.</summary>
internal sealed record Command(string File, IReadOnlyList<string> Arguments, string Directory, IReadOnlyDictionary<string, string?> Variables);

/// <summary>One process with everything it starts: a session and process group of its own.</summary>
internal sealed partial class ChildProcess
{
    private const int Terminate = 15;
    private const int Kill = 9;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Watchdog _watchdog;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, Watchdog watchdog) => (_process, _watchdog) = (process, watchdog);

    /// <summary>Its number, and its group's.</summary>
    public int Id => _process.Id;

    /// <summary>Its exit code, once it has one.</summary>
    public Task<int> Exited => _exited.Task;

    public static ChildProcess Start(Command command, Watchdog watchdog, Action<string> output)
    {
        var start = new ProcessStartInfo("setsid", [Find(command.File), .. command.Arguments])
        {
            WorkingDirectory = command.Directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Variables)
            start.Environment[name] = value;

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(process, watchdog);
        process.OutputDataReceived += (_, line) => Forward(line.Data);
        process.ErrorDataReceived += (_, line) => Forward(line.Data);
        process.Exited += (_, _) => _ = child.OnExitedAsync();
        process.Start();
        watchdog.Add(process.Id);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;

        void Forward(string? line)
        {
            if (!string.IsNullOrEmpty(line))
                output(line);
        }
    }

    /// <summary>Asks it to stop; kills it, and whatever it left behind, when it has not after <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (!Exited.IsCompleted)
            _ = Signal(Id, Terminate);
        await ((Task)Exited).WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ = Signal(-Id, Kill);
        await Exited;
    }

    private async Task OnExitedAsync()
    {
        _ = Signal(-Id, Kill); // what it started has nobody left to belong to
        _watchdog.Remove(Id);
        // Its last words may still be in the pipe; somebody who left the group may hold it open.
        await _process.WaitForExitAsync().WaitAsync(LastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _exited.SetResult(_process.ExitCode);
    }

    /// <summary>setsid would fail too, but without saying which resource wants what.</summary>
    private static string Find(string file)
    {
        var folders = Path.IsPathRooted(file) ? [""] : Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
        return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"There is no program '{file}'.", file);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
