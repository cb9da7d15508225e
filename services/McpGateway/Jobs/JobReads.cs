using System.Diagnostics;
using MjAspire.McpGateway.Upstream;

namespace MjAspire.McpGateway.Jobs;

/// <summary>
/// Reads of jobs that come while one is under way wait for it and leave together: one request, one statement, however many callers.
/// Nothing is kept and nothing is waited for by the clock: a read that comes alone leaves at once, and each one sees what was written before
/// it came.
/// </summary>
internal sealed class JobReads(JobReader reader, TimeProvider time) : IThreadPoolWorkItem
{
    /// <summary>One request at a time gathers most. After so long without an answer another goes beside it: one that hangs holds nobody else up.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    /// <summary>So many go beside each other when nothing is answered.</summary>
    private const int MostAtOnce = 16;

    /// <summary>Bounded by the requests that are being served; those whose callers have gone are dropped when their turn comes.</summary>
    private readonly Queue<Read> _waiting = new();
    private readonly Lock _lock = new();
    private int _underWay;
    private long _lastLeft;

    /// <exception cref="RefusedException"><c>E_JOB_NOT_FOUND</c>: unknown, or another owner's. Or JobService cannot be asked.</exception>
    public async Task<Job> GetAsync(Guid owner, Guid jobId, CancellationToken cancellationToken)
    {
        var read = new Read(owner, jobId, cancellationToken);
        if (Enqueue(read))
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // not within this caller's context: others' reads follow
        try
        {
            return await read.Answer.WaitAsync(JobsSetup.Patience, time, cancellationToken) ?? throw RefusedException.JobNotFound($"{jobId}");
        }
        catch (TimeoutException e)
        {
            read.IsTooLate = true;
            throw RefusedException.NotInTime(e);
        }
    }

    /// <summary>Sends what waits until nothing does.</summary>
    void IThreadPoolWorkItem.Execute() => _ = SendAllAsync();

    private async Task SendAllAsync()
    {
        while (Next() is { Count: > 0 } reads)
            await SendAsync(reads);
    }

    /// <summary>One for all: the answer, or what went wrong, reaches each. None of the callers can cancel it for the others.</summary>
    private async Task SendAsync(List<Read> reads)
    {
        // The request belongs to the trace of whoever waited longest; the others' spans point to it.
        Activity.Current = reads[0].Span;
        foreach (var read in reads.Skip(1))
            read.PointTo(reads[0]);

        try
        {
            var jobs = await reader.ReadAsync([.. reads.Select(read => (read.Owner, read.JobId))]);
            for (var i = 0; i < reads.Count; i++)
                reads[i].Succeed(jobs[i]);
        }
        catch (Exception e)
        {
            foreach (var read in reads)
                read.Fail(e);
        }
    }

    /// <returns>Whether one more request may be under way.</returns>
    private bool Enqueue(Read read)
    {
        lock (_lock)
        {
            _waiting.Enqueue(read);
            if (_underWay > 0 && (_underWay == MostAtOnce || time.GetElapsedTime(_lastLeft) < Slow))
                return false;

            _underWay++;
            return true;
        }
    }

    /// <summary>What leaves together; nothing when nobody waits, and then there is one fewer under way.</summary>
    private List<Read> Next()
    {
        var next = new List<Read>();
        lock (_lock)
        {
            while (next.Count < JobReader.Most && _waiting.TryDequeue(out var read))
            {
                if (!read.IsOver)
                    next.Add(read);
            }
            if (next.Count == 0)
                _underWay--;
            else
                _lastLeft = time.GetTimestamp();
        }
        return next;
    }

    /// <summary>One caller's.</summary>
    private sealed class Read(Guid owner, Guid jobId, CancellationToken cancellationToken)
    {
        private readonly TaskCompletionSource<Job?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Guid Owner => owner;

        public Guid JobId => jobId;

        public Activity? Span { get; } = Activity.Current;

        public Task<Job?> Answer => _answer.Task;

        public bool IsTooLate { private get; set; }

        /// <summary>Nobody waits for it any more.</summary>
        public bool IsOver => IsTooLate || cancellationToken.IsCancellationRequested;

        public void Succeed(Job? job) => _answer.TrySetResult(job);

        public void Fail(Exception reason) => _answer.TrySetException(reason);

        public void PointTo(Read carrier)
        {
            if (Span is { Recorded: true } && carrier.Span is { } other)
                Span.AddLink(new ActivityLink(other.Context));
        }
    }
}
