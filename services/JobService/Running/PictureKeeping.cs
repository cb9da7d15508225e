using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Completing;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Storage;
using Npgsql;

namespace MjAspire.JobService.Running;

/// <summary>
/// Keeps the pictures of an engine that answers with bytes. They are paid for and exist nowhere else, so they stay in hand until ImageStore has
/// them; meanwhile the job is held, that nobody takes it for lost and buys it again. After a crash it is, once the hold is over.
/// </summary>
internal sealed partial class PictureKeeping(StoredImagesClient store, DueJobs due, TimeProvider time, ILogger<PictureKeeping> logger)
{
    /// <summary>Well below the broker's half-hour for a message.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Longer than one attempt and the pause after it.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>What becomes of the job: complete, or failed when ImageStore will not have them, or is away for longer than anyone waits.</summary>
    public async Task<JobInput> KeepAsync(Job job, IReadOnlyList<byte[]> pictures, CancellationToken cancellationToken)
    {
        var known = ImageRequest.Parse(job.InputData);
        var artifacts = new List<JobArtifact>();
        for (var index = 0; index < pictures.Count; index++)
        {
            try
            {
                artifacts.AddRange(await KeepAsync(job, known, index, pictures[index], cancellationToken));
            }
            catch (ImageRefusedException e)
            {
                return new JobInput.Fail(e.Code, e.Message);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                Log.Lost(logger, job.Id, e);
                return new JobInput.Fail("E_IMAGE_STORE_AWAY", $"The picture was drawn, and could not be stored for {Patience.TotalMinutes:0} minutes.");
            }
        }
        return new JobInput.Complete(artifacts, "The pictures are ready.");
    }

    private async Task<IEnumerable<JobArtifact>> KeepAsync(Job job, ImageRequest known, int index, byte[] picture, CancellationToken cancellationToken)
    {
        var giveUpAt = time.GetUtcNow() + Patience;
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await HoldAsync(job, cancellationToken);
                return (await store.StoreAsync(job, known, index, picture, cancellationToken)).Select(ImageArtifacts.From);
            }
            catch (Exception e) when (
                e is (HttpRequestException or TaskCanceledException) && !cancellationToken.IsCancellationRequested && time.GetUtcNow() + pause < giveUpAt)
            {
                Log.Again(logger, job.Id, pause, e);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private async Task HoldAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            await due.AgainAsync(job, time.GetUtcNow() + Hold, cancellationToken);
        }
        catch (NpgsqlException e) // nor can anybody take the job for lost then
        {
            Log.NotHeld(logger, job.Id, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Job {JobId}: the picture could not be handed to ImageStore; again in {Pause}")]
        public static partial void Again(ILogger logger, Guid jobId, TimeSpan pause, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "Job {JobId}: ImageStore was away for too long; the picture is lost")]
        public static partial void Lost(ILogger logger, Guid jobId, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "Job {JobId}: the database is away; the job is not held while its picture is being stored")]
        public static partial void NotHeld(ILogger logger, Guid jobId, Exception exception);
    }
}
