using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers;

/// <summary>Whoever draws. A provider only says what it sees; what a job makes of it is the state machine's.</summary>
internal interface IImageProvider
{
    /// <summary>The account's name, as in the callback's URL: <c>midjourney</c>, <c>midjourney-second</c>.</summary>
    string Name { get; }

    /// <summary>What it offers.</summary>
    IReadOnlyList<ImageModel> Models { get; }

    /// <summary>Its share of the jobs among accounts that have the same model.</summary>
    int Weight { get; }

    /// <summary>Most tasks it has of ours at once, over all replicas; 0 when it sets no limit.</summary>
    int Concurrency { get; }

    /// <summary>Hands a job over. An exception means that nobody knows whether the provider has it.</summary>
    Task<SubmitOutcome> SubmitAsync(SubmitRequest submit, CancellationToken cancellationToken);
}

/// <summary>A provider that takes a job now and reports on it later.</summary>
internal interface IReportingProvider : IImageProvider
{
    /// <summary>What may follow on a finished job, in our words, <c>upscale 1</c>.</summary>
    IReadOnlyList<string> FollowUps(Job parent);

    /// <summary>Whether this may follow on that job.</summary>
    bool Allows(Job parent, string operation, ImageRequest request);

    /// <summary>How a job's task stands; null when the provider does not know it.</summary>
    Task<ProviderReport?> FetchAsync(Job job, string taskId, CancellationToken cancellationToken);

    /// <summary>How the tasks of several jobs stand, by task id; those the provider does not know are left out.</summary>
    Task<IReadOnlyDictionary<string, ProviderReport>> FetchAllAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken);

    /// <summary>What a callback about a job says; null when it makes no sense.</summary>
    ProviderReport? ReadCallback(Job job, ReadOnlySpan<byte> body);
}

/// <summary>A job on its way to a provider.</summary>
/// <param name="Model">The model asked for, or the default.</param>
/// <param name="Parent">The job it goes on from.</param>
/// <param name="Images">The pictures it takes in, as data URLs.</param>
/// <param name="Callback">Where the provider is to report; a secret.</param>
internal sealed record SubmitRequest(Job Job, ImageRequest Request, ImageModel Model, Job? Parent, IReadOnlyList<string> Images, Uri Callback);

/// <summary>How a provider's task stands.</summary>
/// <param name="TaskId">The provider's id.</param>
/// <param name="JobId">Ours, where the provider gives our <c>state</c> back.</param>
/// <param name="Input">What it means for the job; null when it means nothing new.</param>
/// <param name="IsFinal">The task has ended: a callback saying so is confirmed by a fetch before it is believed.</param>
internal sealed record ProviderReport(string TaskId, Guid? JobId, JobInput? Input, bool IsFinal);
