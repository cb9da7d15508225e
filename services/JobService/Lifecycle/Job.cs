using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;

namespace MjAspire.JobService.Lifecycle;

/// <summary>A job as the state machine sees it: a value; a transition makes another.</summary>
internal sealed record Job
{
    public required Guid Id { get; init; }
    public required Guid OwnerId { get; init; }
    public required JobKind Kind { get; init; }
    public required string Operation { get; init; }
    public required JobStatus Status { get; init; }
    public required JobPhase Phase { get; init; }

    /// <summary>Counts accepted transitions from 1, the creation; also the version that optimistic concurrency compares.</summary>
    public required int Sequence { get; init; }

    /// <summary>Percent; never falls while a run lasts.</summary>
    public int Progress { get; init; }
    public string? Step { get; init; }
    public int? TotalSteps { get; init; }
    public int? CompletedSteps { get; init; }

    /// <summary>How long it will take still, in a worker's own words.</summary>
    public string? Remaining { get; init; }
    public string? Message { get; init; }
    public string? ErrorCode { get; init; }

    /// <summary>JSON object, as the caller gave it.</summary>
    public required string InputData { get; init; }

    /// <summary>JSON object, as the caller gave it.</summary>
    public required string Metadata { get; init; }
    public IReadOnlyList<JobArtifact> Artifacts { get; init; } = [];

    /// <summary>JSON: what the job produced beside artifacts, a worker's summary or a description's texts.</summary>
    public string? Result { get; init; }

    /// <summary>JSON object: what was answered when the job needed input.</summary>
    public string? Answer { get; init; }

    /// <summary>The job whose picture this one goes on from.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>The batch it was made with.</summary>
    public Guid? BatchId { get; init; }

    /// <summary>Its place in the batch, from 0.</summary>
    public int? BatchIndex { get; init; }

    /// <summary>The failed job this one repeats.</summary>
    public Guid? RetryOf { get; init; }

    public string? Provider { get; init; }
    public string? ProviderTaskId { get; init; }

    /// <summary>JSON array of the follow-ups the provider offers, in its own words.</summary>
    public string? Buttons { get; init; }

    /// <summary>What the picture's noise is drawn from: as asked for, or as the provider says.</summary>
    public long? Seed { get; init; }

    /// <summary>Where the provider keeps the finished pictures, once it has finished.</summary>
    public IReadOnlyList<ImageSource> Sources { get; init; } = [];

    /// <summary>The W3C trace context of the request that created the job.</summary>
    public string? TraceParent { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the job is given up; pushed out by progress.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>When the reconciler looks, should nobody have called by then.</summary>
    public DateTimeOffset? NextCheckAt { get; init; }

    public bool IsFinal => Status is JobStatus.Done or JobStatus.Failed or JobStatus.Cancelled;
}

/// <summary>How far the provider's part of an image job has come; external jobs stay in <see cref="Queued"/>.</summary>
internal enum JobPhase
{
    /// <summary>RunJob is on its way.</summary>
    Queued,

    /// <summary>The provider is being called; after a crash nobody knows whether it has the job.</summary>
    Submitting,

    /// <summary>The provider was busy; it is asked again later.</summary>
    Waiting,

    /// <summary>The provider has it.</summary>
    Drawing,

    /// <summary>The provider has finished; ImageStore is fetching the pictures.</summary>
    Storing,

    /// <summary>Nothing is left to do.</summary>
    Finished,
}
