namespace MjAspire.JobService.Providers;

/// <summary>What a provider answers to a submit.</summary>
internal abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>It has the job under this id.</summary>
    /// <param name="AskAtOnce">It may have come to rest already, without a callback: a window to be confirmed, a task that existed.</param>
    public sealed record Accepted(string TaskId, bool AskAtOnce = false) : SubmitOutcome;

    /// <summary>It has drawn, and here are the pictures' bytes.</summary>
    public sealed record Pictures(IReadOnlyList<byte[]> Images) : SubmitOutcome;

    /// <summary>It has drawn, and there the pictures are.</summary>
    public sealed record Links(string TaskId, IReadOnlyList<string> Urls) : SubmitOutcome;

    /// <summary>It certainly has not taken the job, but may later.</summary>
    public sealed record Busy(string Reason, TimeSpan? RetryAfter = null) : SubmitOutcome;

    /// <summary>It will never take this job.</summary>
    public sealed record Refused(string Code, string Reason) : SubmitOutcome;
}
