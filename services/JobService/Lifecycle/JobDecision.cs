namespace MjAspire.JobService.Lifecycle;

/// <summary>What a job makes of an input.</summary>
internal abstract record JobDecision
{
    private JobDecision()
    {
    }

    /// <summary>The job moves; these messages leave with it, beside the JobChanged that every move publishes.</summary>
    public sealed record Accepted(Job Next, params IReadOnlyList<object> Messages) : JobDecision;

    /// <summary>The job has this behind it: no effect, no event.</summary>
    public sealed record AlreadyDone : JobDecision;

    /// <summary>The job cannot do this now.</summary>
    /// <param name="Code">An <c>E_*</c> code.</param>
    public sealed record Rejected(string Code, string Reason) : JobDecision;
}
