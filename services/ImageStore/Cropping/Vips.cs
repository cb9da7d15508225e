using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Cropping;

/// <summary>
/// libvips' command line, as a process of its own: pictures come from strangers, and decoders have bugs. Bytes go in at one pipe and come out
/// at another; the process is given no file and no secret of ours, may take so much memory and time and no more, and dies when nobody waits for it.
/// If we are killed, its pipes break and it ends.
/// </summary>
internal sealed partial class Vips(IOptions<CroppingOptions> options, TimeProvider time, ILogger<Vips> logger) : IDisposable
{
    /// <summary>util-linux' way to start a program under limits.</summary>
    private const string Limiter = "/usr/bin/prlimit";

    /// <summary>What the limiter exits with when there is no such program.</summary>
    private const int NotFound = 127;

    private readonly CroppingOptions _options = options.Value;
    private readonly ConcurrencyLimiter _places = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.Concurrency,
        QueueLimit = options.Value.Queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Cuts a rectangle out, as PNG, pixel for pixel.</summary>
    public async Task<CropVerdict> CropAsync(Stream picture, CropArea area, Draft result, CancellationToken cancellationToken)
    {
        using var place = await _places.AcquireAsync(cancellationToken: cancellationToken);
        if (!place.IsAcquired)
            return CropVerdict.Busy;

        using var process = new Process { StartInfo = Describe(area) };
        if (!TryStart(process))
            return CropVerdict.LibraryMissing;

        using var clock = new CancellationTokenSource(_options.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        var (isWhole, complaint) = await RunAsync(process, picture, result, _options.MaxBytes, stop.Token);

        cancellationToken.ThrowIfCancellationRequested();
        if (clock.IsCancellationRequested)
            return CropVerdict.TimedOut;
        if (process.ExitCode == NotFound)
            return CropVerdict.LibraryMissing;
        if (isWhole && process.ExitCode == 0)
            return CropVerdict.Made;

        Log.Failed(logger, process.ExitCode, complaint);
        return CropVerdict.Failed;
    }

    public void Dispose() => _places.Dispose();

    private ProcessStartInfo Describe(CropArea area)
    {
        string[] crop =
        [
            "crop", "stdin[access=sequential,fail_on=truncated]", ".png",
            Number(area.X), Number(area.Y), Number(area.Width), Number(area.Height),
        ];
        var start = File.Exists(Limiter)
            ? new ProcessStartInfo(Limiter, [$"--as={_options.MaxMemory}", "--core=0", "--", _options.Vips, .. crop])
            : new ProcessStartInfo(_options.Vips, crop);
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;

        // Ours holds connection strings and keys.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["VIPS_CONCURRENCY"] = "1"; // with more threads, the exit code of a damaged picture is a matter of luck
        start.Environment["VIPS_BLOCK_UNTRUSTED"] = "1"; // only the decoders libvips trusts with hostile files
        return start;

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
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

    /// <summary>Pumps all three pipes until the process has ended. Killing it breaks them, and so ends every wait in here.</summary>
    private static async Task<(bool IsWhole, string Complaint)> RunAsync(Process process, Stream picture, Draft result, long limit, CancellationToken stop)
    {
        await using var killing = stop.Register(() => Kill(process));
        var feeding = FeedAsync(picture, process.StandardInput.BaseStream);
        var complaining = ReadComplaintAsync(process.StandardError);
        var isWhole = false;
        try
        {
            isWhole = await result.TryFillAsync(process.StandardOutput.BaseStream, limit, CancellationToken.None);
        }
        finally
        {
            if (!isWhole)
                Kill(process);
            await feeding;
            await process.WaitForExitAsync(CancellationToken.None);
        }
        return (isWhole, await complaining);
    }

    private static async Task FeedAsync(Stream picture, Stream pipe)
    {
        var buffer = new byte[64 * 1024];
        await using (pipe)
        {
            while (await picture.ReadAsync(buffer) is var read and > 0)
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

    /// <summary>The beginning of what it has to say; the rest is read, so that it never blocks on us, and forgotten.</summary>
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "libvips ended with {ExitCode}: {Complaint}")]
        public static partial void Failed(ILogger logger, int exitCode, string complaint);
    }
}
