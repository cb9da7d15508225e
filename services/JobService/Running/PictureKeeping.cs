using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Completing;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Running;

/// <summary>Keeps the pictures of an engine that answers with bytes: they exist nowhere else, so this is tried while the answer is in hand.</summary>
internal sealed partial class PictureKeeping(StoredImagesClient store, TimeProvider time, ILogger<PictureKeeping> logger)
{
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>What becomes of the job: complete, or failed when ImageStore will not have them.</summary>
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
        }
        return new JobInput.Complete(artifacts, "The pictures are ready.");
    }

    private async Task<IEnumerable<JobArtifact>> KeepAsync(Job job, ImageRequest known, int index, byte[] picture, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (await store.StoreAsync(job, known, index, picture, cancellationToken)).Select(ImageArtifacts.From);
            }
            catch (Exception e) when (attempt < Attempts && e is (HttpRequestException or TaskCanceledException) && !cancellationToken.IsCancellationRequested)
            {
                Log.Again(logger, job.Id, attempt, e);
                await Task.Delay(Pause * attempt, time, cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Job {JobId}: the picture could not be handed to ImageStore, attempt {Attempt}")]
        public static partial void Again(ILogger logger, Guid jobId, int attempt, Exception exception);
    }
}
