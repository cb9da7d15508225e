using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MjAspire.Bench.Harness;

/// <summary>
/// A process under measurement, with everything below it. It never outlives us: a shell that is told by the kernel, and looks after its parent,
/// stands between (eng/servers/serve.sh).
/// </summary>
internal sealed partial class Child : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _log;

    private Child(string name, bool isService, Process process, string log, Uri? address) =>
        (Name, IsService, _process, _log, Address) = (name, isService, process, log, address);

    public string Name { get; }

    /// <summary>One process, whose memory says something. A server's shares its own among many.</summary>
    public bool IsService { get; }

    public Uri? Address { get; }

    /// <summary>Starts the command in a folder of its own for its log.</summary>
    public static Child Start(
        string name, bool isService, string logs, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, Uri? address = null)
    {
        Directory.CreateDirectory(logs);
        var log = Path.Combine(logs, $"{name}-{Guid.CreateVersion7():N}.log");
        const string Serve = """log=$1; . "$2"; shift 2; exec >"$log" 2>&1; serve TERM "$@" """;
        var start = new ProcessStartInfo("bash", ["-c", Serve, "bench", log, Path.Combine(Checkout.Root, "eng/servers/serve.sh"), .. command])
        {
            // A service watches its working folder for changed settings: not one that databases write to all the time.
            WorkingDirectory = Path.GetDirectoryName(command.First(word => Path.IsPathRooted(word)))!,
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new(name, isService, Process.Start(start)!, log, address);
    }

    /// <summary>Of all its processes, those that have ended included.</summary>
    public double ProcessorSeconds() => ProcessTree.Below(_process.Id).Sum(process => process.ProcessorSeconds);

    /// <summary>Of those, what the compiler in the background has used.</summary>
    public double CompilingSeconds() => ProcessTree.CompilingSeconds(_process.Id);

    /// <summary>Of the largest of its processes.</summary>
    public double ResidentMegabytes() => ProcessTree.Below(_process.Id).Max(process => process.ResidentMegabytes);

    /// <summary>Asks until the answer is yes; says the end of its log when that is in vain.</summary>
    public async Task ReadyAsync(Func<Task<bool>> isReady)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isReady())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60))
                throw new BenchException($"{Name} did not start:\n{Tail()}");
            await Task.Delay(50);
        }
    }

    public string Tail() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).Where(line => !line.StartsWith("   at ", StringComparison.Ordinal)).TakeLast(10)) : "";

    public async ValueTask DisposeAsync()
    {
        _ = Kill(_process.Id, Terminate);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>What went wrong, in words for whoever runs the bench.</summary>
internal sealed class BenchException(string message) : Exception(message);
