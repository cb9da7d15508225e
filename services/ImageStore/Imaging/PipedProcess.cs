using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MjAspire.ImageStore.Imaging;

/// <summary>
/// Runs a program that reads its input from one pipe and writes its result to another. Told to stop, it is killed; killing it breaks its
/// pipes, and that ends every wait in here. If we are killed ourselves, the pipes break as well, and the program ends.
/// </summary>
internal static class PipedProcess
{
    /// <param name="ExitCode">The program's.</param>
    /// <param name="IsWhole">False when the result was longer than allowed.</param>
    /// <param name="Complaint">The beginning of what it wrote to standard error.</param>
    internal sealed record Ended(int ExitCode, bool IsWhole, string Complaint);

    /// <summary>Null when there is no such program.</summary>
    /// <param name="take">Reads what comes out to its end; false when that was more than allowed.</param>
    public static async Task<Ended?> RunAsync(ProcessStartInfo start, Stream input, Func<Stream, Task<bool>> take, CancellationToken stop)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        if (!TryStart(process))
            return null;

        await using var killing = stop.Register(() => Kill(process));
        var feeding = FeedAsync(input, process.StandardInput.BaseStream);
        var complaining = ReadComplaintAsync(process.StandardError);
        var isWhole = false;
        try
        {
            isWhole = await take(process.StandardOutput.BaseStream);
        }
        finally
        {
            if (!isWhole)
                Kill(process);
            await feeding;
            await process.WaitForExitAsync(CancellationToken.None);
        }
        return new(process.ExitCode, isWhole, await complaining);
    }

    private static bool TryStart(Process process)
    {
        try
        {
            return process.Start();
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task FeedAsync(Stream input, Stream pipe)
    {
        var buffer = new byte[64 * 1024];
        await using (pipe)
        {
            while (await input.ReadAsync(buffer) is var read and > 0)
            {
                try
                {
                    await pipe.WriteAsync(buffer.AsMemory(0, read));
                }
                catch (IOException)
                {
                    return; // it has seen enough: the part ends before the picture does; or it failed, and its exit code says so
                }
            }
        }
    }

    /// <summary>All of it is read, so that the program never waits for us; all but the beginning is forgotten.</summary>
    private static async Task<string> ReadComplaintAsync(StreamReader error)
    {
        const int Longest = 1_000;
        var complaint = new StringBuilder();
        var buffer = new char[1_024];
        while (await error.ReadAsync(buffer) is var read and > 0)
            complaint.Append(buffer, 0, Math.Min(read, Longest - complaint.Length));
        return complaint.ToString().Trim();
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
            process.Kill();
    }
}
