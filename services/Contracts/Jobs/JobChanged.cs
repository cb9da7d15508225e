namespace MjAspire.Contracts.Jobs;

/// <summary>
/// A job moved. A full snapshot, so that a consumer needs no call back; <see cref="Sequence"/> counts 1, 2, 3 ... per job without a gap,
/// so that a consumer can order and deduplicate.
/// </summary>
public sealed record JobChanged
{
    public required Guid JobId { get; init; }
    public required Guid OwnerId { get; init; }
    public required JobKind Kind { get; init; }

    /// <summary>What was asked for: <c>imagine</c>, <c>upscale</c>, <c>variation</c> ...; an external job's own word.</summary>
    public required string Operation { get; init; }

    public required JobStatus Status { get; init; }

    /// <summary>Null for the first change, the creation.</summary>
    public JobStatus? PreviousStatus { get; init; }

    /// <summary>1 for the creation, then one more for each accepted transition of this job.</summary>
    public required int Sequence { get; init; }

    /// <summary>Percent, 0 to 100.</summary>
    public required int Progress { get; init; }

    /// <summary>What the job is doing, in a word: <c>queued</c>, <c>submitted</c>, <c>drawing</c>, <c>storing</c> ...</summary>
    public string? Step { get; init; }

    public string? Message { get; init; }

    /// <summary>An <c>E_*</c> code; set when the status is <see cref="JobStatus.Failed"/>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Filled once the job is done.</summary>
    public IReadOnlyList<JobArtifact> Artifacts { get; init; } = [];

    public required DateTimeOffset OccurredAt { get; init; }
}

/// <summary>Something a job produced.</summary>
/// <param name="Name">A file name a person understands, <c>grid.png</c>.</param>
/// <param name="Path">Where it lives: <c>mj://images/{id}</c> for our pictures, the worker's own path otherwise.</param>
/// <param name="Type">Media type, or the worker's own word.</param>
/// <param name="Size">Bytes, when known: the bytes of a grid's part are made on first request.</param>
public sealed record JobArtifact(string Name, string Path, string Type, long? Size)
{
    public string? Description { get; init; }

    /// <summary>Where anyone can fetch it for a while without a key.</summary>
    public string? DownloadUrl { get; init; }

    public Guid? ImageId { get; init; }

    /// <summary>The grid this is a part of.</summary>
    public Guid? ParentImageId { get; init; }

    /// <summary>1 to 4, row by row, for the parts of a grid.</summary>
    public int? Index { get; init; }

    /// <summary>Pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels.</summary>
    public int? Height { get; init; }
}
