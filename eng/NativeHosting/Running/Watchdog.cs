using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Running;

/// <summary>
/// A shell beside the host that knows the process group of every child. When the host is gone, however it went, the pipe between them
/// breaks; the shell then asks the children to stop, waits a little, and kills what is left.
/// </summary>
/// <remarks>
/// The kernel's own way (PR_SET_PDEATHSIG) hangs on the thread that started a child, and .NET's pool threads come and go;
/// it also forgets grandchildren.
/// </remarks>
internal sealed class Watchdog : IDisposable
{
    private const string Script =
        """
        trap '' INT TERM HUP
        declare -A groups
        while read -r change group; do
          if [ "$change" = + ]; then groups[$group]=1; else unset "groups[$group]"; fi
        done
        kill -TERM "${!groups[@]}" 2>/dev/null
        for _ in {1..50}; do
          kill -0 "${!groups[@]}" 2>/dev/null || break
          sleep 0.1
        done
        for group in "${!groups[@]}"; do kill -KILL -- "-$group" 2>/dev/null; done
        """;

    private readonly Process _shell;
    private readonly Lock _lock = new();

    public Watchdog()
    {
        // A session of its own: Ctrl-C at the terminal is for the host.
        _shell = Process.Start(new ProcessStartInfo("setsid", ["bash", "-c", Script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _shell.StandardInput.AutoFlush = true;
    }

    public void Add(int group) => Tell('+', group);

    public void Remove(int group) => Tell('-', group);

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.Dispose();
    }

    private void Tell(char change, int group)
    {
        lock (_lock)
            _shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{change} {group}"));
    }
}
