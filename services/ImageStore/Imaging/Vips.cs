using System.Diagnostics;
using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Imaging;

/// <summary>
/// libvips' command line, as a process of its own: pictures come from strangers, and decoders have bugs. Bytes go in at one pipe and come
/// out at another; the process is given no file and no secret of ours, and memory, time and number of processes are bounded.
/// </summary>
internal sealed partial class Vips(IOptions<ImagingOptions> options, TimeProvider time, ILogger<Vips> logger) : IDisposable
{
    /// <summary>util-linux' way to start a program under limits.</summary>
    private const string Limiter = "/usr/bin/prlimit";

    /// <summary>What the limiter exits with when there is no such program.</summary>
    private const int NotFound = 127;

    /// <summary>libvips' largest coordinate: as high as it comes out.</summary>
    private const string AnyHeight = "10000000";

    private readonly ImagingOptions _options = options.Value;
    private readonly ConcurrencyLimiter _places = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.Concurrency,
        QueueLimit = options.Value.Queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Cuts a rectangle out, as PNG, pixel for pixel.</summary>
    public Task<VipsVerdict> CropAsync(Stream picture, CropArea area, Draft result, CancellationToken cancellationToken) => RunAsync(
        ["crop", "stdin[access=sequential,fail_on=truncated]", ".png", Number(area.X), Number(area.Y), Number(area.Width), Number(area.Height)],
        picture, Into(result), cancellationToken);

    /// <summary>Makes the picture so wide, never wider than it is, upright, without its metadata, in another format.</summary>
    /// <param name="saver">libvips' name of the format and its options: <c>.webp[Q=85]</c>.</param>
    public Task<VipsVerdict> ResizeAsync(Stream picture, int width, string saver, Draft result, CancellationToken cancellationToken) => RunAsync(
        ["thumbnail_source", "[descriptor=0]", saver, Number(width), "--height", AnyHeight, "--size", "down", "--fail-on", "truncated"],
        picture, Into(result), cancellationToken);

    /// <summary>Decodes every pixel of the first frame, to see whether it can be done; to the JPEG library, half a picture is worth a warning only.</summary>
    public Task<VipsVerdict> DecodeAsync(Stream picture, CancellationToken cancellationToken) => RunAsync(
        ["avg", "stdin[access=sequential,fail_on=warning]"],
        picture,
        async average =>
        {
            await average.CopyToAsync(Stream.Null, CancellationToken.None);
            return true;
        },
        cancellationToken);

    public void Dispose() => _places.Dispose();

    /// <summary>Not cancelled itself: the process is, and with it this pipe.</summary>
    private Func<Stream, Task<bool>> Into(Draft result) => output => result.TryFillAsync(output, _options.MaxBytes, CancellationToken.None);

    private async Task<VipsVerdict> RunAsync(
        string[] arguments, Stream picture, Func<Stream, Task<bool>> take, CancellationToken cancellationToken)
    {
        using var place = await WaitForPlaceAsync(cancellationToken);
        if (place is not { IsAcquired: true })
            return VipsVerdict.Busy;

        using var clock = new CancellationTokenSource(_options.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        var ended = await PipedProcess.RunAsync(Describe(arguments), picture, take, stop.Token);

        cancellationToken.ThrowIfCancellationRequested();
        if (clock.IsCancellationRequested)
            return VipsVerdict.TimedOut;
        switch (ended)
        {
            case null or { ExitCode: NotFound }:
                return VipsVerdict.LibraryMissing;
            case { ExitCode: 0, IsWhole: true }:
                return VipsVerdict.Done;
            default:
                Log.Failed(logger, arguments[0], ended.ExitCode, ended.Complaint);
                return VipsVerdict.Failed;
        }
    }

    /// <summary>Null when none became free in time.</summary>
    private async Task<RateLimitLease?> WaitForPlaceAsync(CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(_options.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            return await _places.AcquireAsync(cancellationToken: stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private ProcessStartInfo Describe(string[] arguments)
    {
        var start = File.Exists(Limiter)
            ? new ProcessStartInfo(Limiter, [$"--as={_options.MaxMemory}", "--core=0", "--", _options.Vips, .. arguments])
            : new ProcessStartInfo(_options.Vips, arguments);

        // Ours holds connection strings and keys.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["VIPS_CONCURRENCY"] = "1"; // with more threads, the exit code of a damaged picture is a matter of luck
        start.Environment["VIPS_BLOCK_UNTRUSTED"] = "1"; // only the decoders libvips trusts with hostile files
        return start;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "libvips' {Operation} ended with {ExitCode}: {Complaint}")]
        public static partial void Failed(ILogger logger, string operation, int exitCode, string complaint);
    }
}
