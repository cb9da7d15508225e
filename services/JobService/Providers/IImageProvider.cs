using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers;

/// <summary>Whoever draws. A provider only says what it sees; what a job makes of it is the state machine's.</summary>
internal interface IImageProvider
{
    /// <summary>As in the callback's URL: <c>midjourney</c>.</summary>
    string Name { get; }

    /// <summary>Hands a job over. An exception means that nobody knows whether the provider has it.</summary>
    Task<SubmitOutcome> SubmitAsync(Job job, Uri callback, CancellationToken cancellationToken);

    /// <summary>How the task stands; null when the provider does not know it.</summary>
    Task<ProviderReport?> FetchAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>What a callback says; null when it makes no sense.</summary>
    ProviderReport? ReadCallback(ReadOnlySpan<byte> body);
}

/// <summary>What a provider answers to a submit.</summary>
internal abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>It has the job under this id.</summary>
    public sealed record Accepted(string TaskId) : SubmitOutcome;

    /// <summary>It certainly has not taken the job, but may later.</summary>
    public sealed record Busy(string Reason, TimeSpan? RetryAfter) : SubmitOutcome;

    /// <summary>It will never take this job.</summary>
    public sealed record Refused(string Code, string Reason) : SubmitOutcome;
}

/// <summary>How a provider's task stands.</summary>
/// <param name="TaskId">The provider's id.</param>
/// <param name="JobId">Ours, where the provider gives our <c>state</c> back.</param>
/// <param name="Input">What it means for the job; null when it means nothing new.</param>
/// <param name="IsFinal">The task has ended: a callback saying so is confirmed by a fetch before it is believed.</param>
internal sealed record ProviderReport(string TaskId, Guid? JobId, JobInput? Input, bool IsFinal);
