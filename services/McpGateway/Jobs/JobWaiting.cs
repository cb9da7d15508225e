using MjAspire.Contracts.Jobs;

namespace MjAspire.McpGateway.Jobs;

/// <summary>Waits with a caller until a job moves on to where nothing more happens by itself.</summary>
internal sealed class JobWaiting(JobsClient jobs, JobNews news, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>MCP clients give up on a call after about a minute.</summary>
    public const int LongestSeconds = 45;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>News comes in bursts; one look at the job does for what came within this.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Looks at the job, and again whenever there is news of it; slowly without, since news may be lost. A replica that stops waits no longer:
    /// its callers learn how the job stands, and ask another one.
    /// </summary>
    /// <returns>The job as last seen: final, in need of input, or what it was when the time was up.</returns>
    public async Task<Job> WaitAsync(Guid owner, Guid jobId, TimeSpan patience, Action<Job> seen, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var listener = news.Listen(owner, [jobId]); // before the first look, so that nothing falls between
        for (var pause = FirstPause; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            var job = await jobs.GetAsync(owner, jobId, cancellationToken);
            seen(job);

            var left = patience - time.GetElapsedTime(started);
            if (job.IsFinal || job.Status is JobStatus.NeedsInput || left <= TimeSpan.Zero || lifetime.ApplicationStopping.IsCancellationRequested)
                return job;

            await RestAsync(listener, pause < left ? pause : left, cancellationToken);
        }
    }

    private async Task RestAsync(JobNews.Listener? listener, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        rest.CancelAfter(longest);
        try
        {
            if (listener is null)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, rest.Token);
            else if ((await listener.Heard.ReadAsync(rest.Token)).Status is JobStatus.Pending or JobStatus.Running)
                await Task.Delay(Burst, time, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // No news for so long, or the replica stops: time to look.
        }
    }
}
