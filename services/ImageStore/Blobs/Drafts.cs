using Microsoft.Extensions.Options;

namespace MjAspire.ImageStore.Blobs;

/// <summary>
/// Makes drafts, in a folder on the blobs' own file system, so that keeping one is a rename.
/// What a killed process left there is removed at start, and now and then.
/// </summary>
internal sealed partial class Drafts(IOptions<BlobOptions> options, TimeProvider time, ILogger<Drafts> logger) : IHostedService
{
    /// <summary>Longer than any fetch may take; another replica's live drafts are younger.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly string _folder = options.Value.Path.Length > 0
        ? Path.Combine(options.Value.Path, ".drafts")
        : Path.Combine(Path.GetTempPath(), "mjaspire-drafts");

    public Draft Create() => new(Path.Combine(_folder, Guid.CreateVersion7().ToString("N")));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        RemoveAbandoned();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void RemoveAbandoned()
    {
        var before = time.GetUtcNow().UtcDateTime - Abandoned;
        var removed = 0;
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles().Where(file => file.LastWriteTimeUtc < before))
        {
            file.Delete();
            removed++;
        }
        if (removed > 0)
            Log.Removed(logger, removed);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Removed {Count} drafts that a killed process left behind")]
        public static partial void Removed(ILogger logger, int count);
    }
}
