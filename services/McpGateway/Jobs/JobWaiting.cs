namespace MjAspire.McpGateway.Jobs;

/// <summary>Waits with a caller until a job moves on to where nothing more happens by itself.</summary>
internal sealed class JobWaiting(JobsClient jobs, TimeProvider time)
{
    /// <summary>MCP clients give up on a call after about a minute.</summary>
    public const int LongestSeconds = 45;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <returns>The job as last seen: final, in need of input, or what it was when the time was up.</returns>
    public async Task<Job> WaitAsync(Guid owner, Guid jobId, TimeSpan patience, Action<Job> seen, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            var job = await jobs.GetAsync(owner, jobId, cancellationToken);
            seen(job);

            var left = patience - time.GetElapsedTime(started);
            if (job.IsFinal || job.Status is Contracts.Jobs.JobStatus.NeedsInput || left <= TimeSpan.Zero)
                return job;

            await Task.Delay(pause < left ? pause : left, time, cancellationToken);
        }
    }
}
