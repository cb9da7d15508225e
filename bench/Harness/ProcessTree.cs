namespace MjAspire.Bench.Harness;

/// <summary>A process as <c>/proc</c> shows it.</summary>
internal sealed record ProcessFacts(int Id, int Parent, double ProcessorSeconds, double ResidentMegabytes);

internal static class ProcessTree
{
    private const double TicksPerSecond = 100;
    private const double PagesPerMegabyte = 256;

    /// <summary>The process and all of its descendants.</summary>
    public static List<ProcessFacts> Below(int root)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Read).OfType<ProcessFacts>().ToList();
        var found = all.Where(process => process.Id == root).ToList();
        for (var i = 0; i < found.Count; i++)
            found.AddRange(all.Where(process => process.Parent == found[i].Id));
        return found;
    }

    /// <summary>
    /// What the process and its descendants have spent on compiling methods once more, in the background. A thread that has ended is not counted:
    /// it ends after seconds without work.
    /// </summary>
    public static double CompilingSeconds(int root) =>
        Below(root).SelectMany(process => Threads(process.Id)).Sum(Compiling);

    private static string[] Threads(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task");
        }
        catch (IOException)
        {
            return []; // it has just ended
        }
    }

    private static double Compiling(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(".NET Tiered", StringComparison.Ordinal) ? Read(thread)?.ProcessorSeconds ?? 0 : 0;
        }
        catch (IOException)
        {
            return 0; // it has just ended
        }
    }

    /// <summary>
    /// <code>
    /// 4711 (dotnet) S 4700 ...   state, parent; from there utime 11, stime 12, cutime 13, cstime 14 (of children that have ended), rss 21
    /// </code>
    /// (proc_pid_stat(5); a thread's looks the same, but for its children's time.)
    /// </summary>
    private static ProcessFacts? Read(string folder)
    {
        if (!int.TryParse(Path.GetFileName(folder), out var id))
            return null;
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new(
                id, int.Parse(fields[1]), fields[11..15].Sum(long.Parse) / TicksPerSecond, long.Parse(fields[21]) / PagesPerMegabyte);
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }
}
