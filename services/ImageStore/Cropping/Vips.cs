using System.Diagnostics;
using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Cropping;

/// <summary>
/// libvips' command line, as a process of its own: pictures come from strangers, and decoders have bugs. Bytes go in at one pipe and come
/// out at another; the process is given no file and no secret of ours, and memory, time and number of processes are bounded.
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
        using var clock = new CancellationTokenSource(_options.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        using var place = await WaitForPlaceAsync(stop.Token);
        if (place is not { IsAcquired: true })
        {
            cancellationToken.ThrowIfCancellationRequested();
            return CropVerdict.Busy;
        }
        var ended = await PipedProcess.RunAsync(Describe(area), picture, result, _options.MaxBytes, stop.Token);

        cancellationToken.ThrowIfCancellationRequested();
        if (clock.IsCancellationRequested)
            return CropVerdict.TimedOut;
        switch (ended)
        {
            case null or { ExitCode: NotFound }:
                return CropVerdict.LibraryMissing;
            case { ExitCode: 0, IsWhole: true }:
                return CropVerdict.Made;
            default:
                Log.Failed(logger, ended.ExitCode, ended.Complaint);
                return CropVerdict.Failed;
        }
    }

    public void Dispose() => _places.Dispose();

    /// <summary>Null when told to stop.</summary>
    private async Task<RateLimitLease?> WaitForPlaceAsync(CancellationToken stop)
    {
        try
        {
            return await _places.AcquireAsync(cancellationToken: stop);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

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

        // Ours holds connection strings and keys.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["VIPS_CONCURRENCY"] = "1"; // with more threads, the exit code of a damaged picture is a matter of luck
        start.Environment["VIPS_BLOCK_UNTRUSTED"] = "1"; // only the decoders libvips trusts with hostile files
        return start;

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "libvips ended with {ExitCode}: {Complaint}")]
        public static partial void Failed(ILogger logger, int exitCode, string complaint);
    }
}
